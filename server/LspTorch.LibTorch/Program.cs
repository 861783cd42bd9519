using System.Text;
using System.Text.Json;
using LspTorch.LibTorch;

// The worker: loads a TorchScript file with libtorch, without Python, and runs forward on a recorded call.
//   lsptorch-libtorch FILE [CALL [AROUND]]
// CALL.json and CALL.bin: arguments and eager's answer (RecordedCall.cs). AROUND: a file with the same module inside
// one that takes and gives
// a list of tensors, to which the call belongs then: TorchSharp passes and reads neither dicts nor strings.
// One line of JSON on standard output: {"ok", "matchesEager"?, "error"?}, or {"unavailable": why} where libtorch does
// not load.
if (args.Length is not (1 or 2 or 3))
{
    await Console.Error.WriteLineAsync("usage: lsptorch-libtorch FILE [CALL [AROUND]]");
    return 2;
}

// What libtorch prints must not mix with the answer.
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
Console.SetOut(Console.Error);
using var buffer = new MemoryStream();
using (var json = new Utf8JsonWriter(buffer))
{
    json.WriteStartObject();
    foreach (
        var (name, value) in LoadedModule.Judge(
            args[0],
            args.Length > 1 ? args[1] : null,
            args.Length > 2 ? args[2] : null
        )
    )
    {
        if (value is bool flag)
            json.WriteBoolean(name, flag);
        else
            json.WriteString(name, value as string);
    }
    json.WriteEndObject();
}
await output.WriteLineAsync(Encoding.UTF8.GetString(buffer.ToArray()));
return 0;
