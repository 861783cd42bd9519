using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Probe;

/// <summary>
/// The descriptor the trace is written to, and the thread that writes it. The program's threads never block on it: a
/// small record is
/// written at once where the pipe has room, anything else is queued. Every 100 ms the thread also tells the counts that
/// grew, read from
/// native memory without Python's lock, so that a program stuck in a loop or killed has told nearly all.
/// </summary>
internal static unsafe class Wire
{
    private const int Interval = 100,
        AtOnce = 4096,
        MaxQueued = 64 << 20,
        FirstDescriptor = 700;

    private static readonly object WriteLock = new();
    private static readonly AutoResetEvent MoreToWrite = new(false);
    private static int descriptor = -1;
    private static bool watchesReader,
        writing,
        closed;
    private static byte[] queue = new byte[1 << 16];
    private static int queued;

    /// <summary>
    /// Takes standard output for the trace; what the program prints goes to standard error from now on. The copy is
    /// closed on exec and
    /// has a high number, out of the way of programs that close or count the low ones.
    /// </summary>
    public static int TakeStandardOutput()
    {
        descriptor = Posix.Control(1, Posix.DuplicateCloseOnExec, FirstDescriptor);
        if (descriptor < 0)
            descriptor = Posix.Control(1, Posix.DuplicateCloseOnExec, 3);
        if (descriptor >= 0)
            _ = Posix.Duplicate(2, 1);
        return descriptor;
    }

    /// <summary>Writes to a descriptor that this process was started with; its children do not get it.</summary>
    public static void Use(int inherited)
    {
        descriptor = inherited;
        _ = Posix.Control(inherited, Posix.SetDescriptorFlags, Posix.CloseOnExec);
    }

    /// <param name="endWithReader">Ends the whole process group once nobody reads any more.</param>
    public static void Start(bool endWithReader)
    {
        watchesReader = endWithReader;
        new Thread(Run, 256 * 1024) { IsBackground = true, Name = "trace" }.Start();
    }

    public static void Emit(byte* bytes, int count)
    {
        lock (WriteLock)
        {
            if (closed)
                return;
            int done = 0;
            if (!writing && queued == 0 && count <= AtOnce && IsWritable())
                done = (int)Math.Max(0, Posix.Write(descriptor, bytes, count));
            if (done == count)
                return;
            if (queued + count - done > MaxQueued)
                return;
            Enqueue(new ReadOnlySpan<byte>(bytes + done, count - done));
        }
        MoreToWrite.Set();
    }

    /// <summary>Waits until everything is written, for at most five seconds.</summary>
    public static void Drain()
    {
        for (int i = 0; i < 500; i++)
        {
            lock (WriteLock)
                if (closed || (queued == 0 && !writing))
                    return;
            MoreToWrite.Set();
            Thread.Sleep(10);
        }
    }

    /// <summary>
    /// In a forked child: its parent owns the trace. Takes no lock, since the thread that held it may not exist here.
    /// </summary>
    public static void Abandon()
    {
        closed = true;
        _ = Posix.Close(descriptor);
    }

    private static bool IsWritable()
    {
        var poll = new Posix.PollDescriptor { Descriptor = descriptor, Events = Posix.PollOut };
        return Posix.Poll(&poll, 1, 0) > 0 && poll.Returned == Posix.PollOut;
    }

    private static void Enqueue(ReadOnlySpan<byte> bytes)
    {
        if (queued + bytes.Length > queue.Length)
            Array.Resize(ref queue, Math.Max(queue.Length * 2, queued + bytes.Length));
        bytes.CopyTo(queue.AsSpan(queued));
        queued += bytes.Length;
    }

    private static void Run()
    {
        byte[] spare = new byte[1 << 16];
        var counts = new StringBuilder();
        while (true)
        {
            MoreToWrite.WaitOne(Interval);
            if (watchesReader && ReaderIsGone())
                Posix.Kill(0, Posix.SignalKill);
            Recording.WriteCounts(counts);
            Recording.AskToReinstrument();
            int count;
            lock (WriteLock)
            {
                if (closed)
                    return;
                if (counts.Length > 0)
                {
                    Enqueue(Encoding.ASCII.GetBytes(counts.ToString()));
                    counts.Clear();
                }
                if (queued == 0)
                    continue;
                (queue, spare) = (spare, queue);
                (count, queued, writing) = (queued, 0, true);
            }
            bool written = WriteAll(spare, count);
            lock (WriteLock)
            {
                writing = false;
                if (!written)
                    closed = true;
            }
        }
    }

    private static bool ReaderIsGone()
    {
        var poll = new Posix.PollDescriptor { Descriptor = descriptor, Events = 0 };
        return Posix.Poll(&poll, 1, 0) > 0 && (poll.Returned & Posix.PollError) != 0;
    }

    private static bool WriteAll(byte[] bytes, int count)
    {
        const int interrupted = 4,
            again = 11;
        fixed (byte* start = bytes)
        {
            int at = 0;
            while (at < count)
            {
                nint done = Posix.Write(descriptor, start + at, count - at);
                if (done > 0)
                    at += (int)done;
                else if (Marshal.GetLastPInvokeError() is var error && error == again)
                    Thread.Sleep(1);
                else if (error != interrupted)
                    return false;
            }
        }
        return true;
    }
}
