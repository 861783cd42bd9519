namespace LspTorch.Probe;

/// <summary>
/// The part of CPython's C API that the worker uses: all of it exported by every libpython from 3.8 on, unless it says
/// otherwise.
/// </summary>
internal static unsafe class LibPython
{
    public const int FileInput = 257,
        OneArgument = 8,
        FastArguments = 0x80,
        NoArguments = 4;

    public static delegate* unmanaged[Cdecl]<nint, void> DecRef;

    /// <summary>Called on the hot path: it neither blocks nor calls back.</summary>
    public static delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, void> IncRef;
    public static delegate* unmanaged[Cdecl]<
        delegate* unmanaged[Cdecl]<byte*, nint, nint, int>,
        nint,
        int> AddAuditHook;
    public static delegate* unmanaged[Cdecl]<int, byte**, int> BytesMain;
    public static delegate* unmanaged[Cdecl]<int, void> Exit;
    public static delegate* unmanaged[Cdecl]<byte*> GetVersion;
    public static delegate* unmanaged[Cdecl]<byte*, byte*, int, nint> CompileString;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint, nint> EvalCode;
    public static delegate* unmanaged[Cdecl]<nint> GetBuiltins;
    public static delegate* unmanaged[Cdecl]<nint> SaveThread;
    public static delegate* unmanaged[Cdecl]<nint, void> RestoreThread;
    public static delegate* unmanaged[Cdecl]<byte*, nint> ImportModule;
    public static delegate* unmanaged[Cdecl]<nint, byte*, int> CompareText;
    public static delegate* unmanaged[Cdecl]<byte*, nint> AddModule;
    public static delegate* unmanaged[Cdecl]<nint, nint> ModuleGetDict;
    public static delegate* unmanaged[Cdecl]<nint> DictNew;
    public static delegate* unmanaged[Cdecl]<nint, nint> DictCopy;
    public static delegate* unmanaged[Cdecl]<nint, byte*, nint, int> DictSetItemString;
    public static delegate* unmanaged[Cdecl]<nint, byte*, nint> DictGetItemString;
    public static delegate* unmanaged[Cdecl]<nint, byte*, int> DictDelItemString;
    public static delegate* unmanaged[Cdecl]<nint, nint> ListNew;
    public static delegate* unmanaged[Cdecl]<nint, nint, int> ListAppend;
    public static delegate* unmanaged[Cdecl]<nint, nint> TupleNew;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint, int> TupleSetItem;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint> TupleGetItem;
    public static delegate* unmanaged[Cdecl]<nint, nint> TupleSize;
    public static delegate* unmanaged[Cdecl]<byte*, nint> UnicodeFromString;
    public static delegate* unmanaged[Cdecl]<long, nint> LongFromLong;
    public static delegate* unmanaged[Cdecl]<nint, long> LongAsLong;
    public static delegate* unmanaged[Cdecl]<byte*, nint, nint> BytesFromString;
    public static delegate* unmanaged[Cdecl]<nint, byte*> BytesAsString;
    public static delegate* unmanaged[Cdecl]<nint, nint> BytesSize;
    public static delegate* unmanaged[Cdecl]<nint, nint> ObjectType;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint> GetAttribute;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint, nint> Call;
    public static delegate* unmanaged[Cdecl]<void*, nint, nint, nint> FunctionNew;
    public static delegate* unmanaged[Cdecl]<void*, nint> TypeFromSpecification;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint> TypeAllocate;
    public static delegate* unmanaged[Cdecl]<nint, nint, int, nint> ViewFromMemory;
    public static delegate* unmanaged[Cdecl]<nint> ErrorOccurred;
    public static delegate* unmanaged[Cdecl]<nint*, nint*, nint*, void> ErrorFetch;
    public static delegate* unmanaged[Cdecl]<nint*, nint*, nint*, void> ErrorNormalize;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint, void> ErrorRestore;
    public static delegate* unmanaged[Cdecl]<nint, nint, int> ErrorMatches;
    public static delegate* unmanaged[Cdecl]<void> ErrorPrint;
    public static delegate* unmanaged[Cdecl]<void> ErrorClear;
    public static delegate* unmanaged[Cdecl]<nint, void*, int, int> GetBuffer;
    public static delegate* unmanaged[Cdecl]<void*, void> ReleaseBuffer;
    public static delegate* unmanaged[Cdecl]<byte*, nint, nint> Unmarshal;
    public static delegate* unmanaged[Cdecl]<nint, nint> FunctionGetCode;
    public static delegate* unmanaged[Cdecl]<ulong, nint> LongFromUnsigned;
    public static delegate* unmanaged[Cdecl]<nint, void> Free;

    /// <summary>From 3.10 on: the collector is told to wait; answers whether it did not before.</summary>
    public static delegate* unmanaged[Cdecl]<int> CollectorDisable;
    public static delegate* unmanaged[Cdecl]<int> CollectorEnable;

    /// <summary>What it takes to give a function another code: from 3.9 on; null before.</summary>
    public static delegate* unmanaged[Cdecl]<nint> CurrentFrame;
    public static delegate* unmanaged[Cdecl]<nint, nint> FrameGetCode;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint, int> SetAttribute;
    public static delegate* unmanaged[Cdecl]<nint, nint, nint> WeakReference;

    /// <summary>A borrowed reference; None where it is gone. Null where Python lacks it.</summary>
    public static delegate* unmanaged[Cdecl]<nint, nint> WeaklyReferenced;
    public static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, int>, nint, int> AddPendingCall;
    public static delegate* unmanaged[Cdecl]<int> IsInitialized;
    public static delegate* unmanaged[Cdecl]<int> TakeLock;
    public static delegate* unmanaged[Cdecl]<int, void> GiveLockBack;

    /// <summary>From 3.11 on: what is called between the two is not told to tracers; null before.</summary>
    public static delegate* unmanaged[Cdecl]<nint, void> EnterTracing,
        LeaveTracing;
    public static delegate* unmanaged[Cdecl]<nint> CurrentThread;
    public static nint None,
        True,
        False;

    /// <summary>
    /// Opens a libpython for the whole process, as extension modules need it; false where it lacks something.
    /// </summary>
    public static bool Open(string path) => Load(path);

    /// <summary>The same of the interpreter this process is.</summary>
    public static bool UseLoaded() => Load(null);

    private static bool Load(string? path)
    {
        nint library = Posix.OpenGlobally(path);
        if (library == 0)
            return false;
        var symbols = new Symbols(library);
        LoadInterpreter(symbols);
        LoadObjects(symbols);
        LoadErrorsAndConstants(symbols);
        return symbols.Complete;
    }

    /// <summary>The functions and objects of a library, by name.</summary>
    private sealed class Symbols(nint library)
    {
        /// <summary>False where one is missing that every libpython has.</summary>
        public bool Complete { get; private set; } = true;

        public nint Find(string name)
        {
            nint found = Posix.Symbol(library, name);
            Complete &= found != 0;
            return found;
        }

        /// <summary>0 where this version has none.</summary>
        public nint FindOptional(string name) => Posix.Symbol(library, name);
    }

    private static void LoadInterpreter(Symbols symbols)
    {
        AddAuditHook = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<byte*, nint, nint, int>, nint, int>)
            symbols.Find("PySys_AddAuditHook");
        Exit = (delegate* unmanaged[Cdecl]<int, void>)symbols.Find("Py_Exit");
        GetVersion = (delegate* unmanaged[Cdecl]<byte*>)symbols.Find("Py_GetVersion");
        CompileString = (delegate* unmanaged[Cdecl]<byte*, byte*, int, nint>)symbols.Find("Py_CompileString");
        EvalCode = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint>)symbols.Find("PyEval_EvalCode");
        GetBuiltins = (delegate* unmanaged[Cdecl]<nint>)symbols.Find("PyEval_GetBuiltins");
        SaveThread = (delegate* unmanaged[Cdecl]<nint>)symbols.Find("PyEval_SaveThread");
        RestoreThread = (delegate* unmanaged[Cdecl]<nint, void>)symbols.Find("PyEval_RestoreThread");
        ImportModule = (delegate* unmanaged[Cdecl]<byte*, nint>)symbols.Find("PyImport_ImportModule");
        AddModule = (delegate* unmanaged[Cdecl]<byte*, nint>)symbols.Find("PyImport_AddModule");
        Unmarshal = (delegate* unmanaged[Cdecl]<byte*, nint, nint>)symbols.Find("PyMarshal_ReadObjectFromString");
        CollectorDisable = (delegate* unmanaged[Cdecl]<int>)symbols.FindOptional("PyGC_Disable");
        CollectorEnable = (delegate* unmanaged[Cdecl]<int>)symbols.FindOptional("PyGC_Enable");
        CurrentFrame = (delegate* unmanaged[Cdecl]<nint>)symbols.Find("PyEval_GetFrame");
        FrameGetCode = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.FindOptional("PyFrame_GetCode");
        AddPendingCall = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, int>, nint, int>)
            symbols.Find("Py_AddPendingCall");
        TakeLock = (delegate* unmanaged[Cdecl]<int>)symbols.Find("PyGILState_Ensure");
        GiveLockBack = (delegate* unmanaged[Cdecl]<int, void>)symbols.Find("PyGILState_Release");
        CurrentThread = (delegate* unmanaged[Cdecl]<nint>)symbols.Find("PyThreadState_Get");
        EnterTracing = (delegate* unmanaged[Cdecl]<nint, void>)symbols.FindOptional("PyThreadState_EnterTracing");
        LeaveTracing = (delegate* unmanaged[Cdecl]<nint, void>)symbols.FindOptional("PyThreadState_LeaveTracing");
        IsInitialized = (delegate* unmanaged[Cdecl]<int>)symbols.Find("Py_IsInitialized");
    }

    private static void LoadObjects(Symbols symbols)
    {
        DecRef = (delegate* unmanaged[Cdecl]<nint, void>)symbols.Find("Py_DecRef");
        IncRef = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, void>)symbols.Find("Py_IncRef");
        BytesMain = (delegate* unmanaged[Cdecl]<int, byte**, int>)symbols.Find("Py_BytesMain");
        CompareText = (delegate* unmanaged[Cdecl]<nint, byte*, int>)symbols.Find("PyUnicode_CompareWithASCIIString");
        ModuleGetDict = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyModule_GetDict");
        DictNew = (delegate* unmanaged[Cdecl]<nint>)symbols.Find("PyDict_New");
        DictCopy = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyDict_Copy");
        DictSetItemString = (delegate* unmanaged[Cdecl]<nint, byte*, nint, int>)symbols.Find("PyDict_SetItemString");
        DictGetItemString = (delegate* unmanaged[Cdecl]<nint, byte*, nint>)symbols.Find("PyDict_GetItemString");
        DictDelItemString = (delegate* unmanaged[Cdecl]<nint, byte*, int>)symbols.Find("PyDict_DelItemString");
        ListNew = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyList_New");
        ListAppend = (delegate* unmanaged[Cdecl]<nint, nint, int>)symbols.Find("PyList_Append");
        TupleNew = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyTuple_New");
        TupleSetItem = (delegate* unmanaged[Cdecl]<nint, nint, nint, int>)symbols.Find("PyTuple_SetItem");
        TupleGetItem = (delegate* unmanaged[Cdecl]<nint, nint, nint>)symbols.Find("PyTuple_GetItem");
        TupleSize = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyTuple_Size");
        UnicodeFromString = (delegate* unmanaged[Cdecl]<byte*, nint>)symbols.Find("PyUnicode_FromString");
        LongFromLong = (delegate* unmanaged[Cdecl]<long, nint>)symbols.Find("PyLong_FromLongLong");
        LongAsLong = (delegate* unmanaged[Cdecl]<nint, long>)symbols.Find("PyLong_AsLongLong");
        BytesFromString = (delegate* unmanaged[Cdecl]<byte*, nint, nint>)symbols.Find("PyBytes_FromStringAndSize");
        BytesAsString = (delegate* unmanaged[Cdecl]<nint, byte*>)symbols.Find("PyBytes_AsString");
        BytesSize = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyBytes_Size");
        ObjectType = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyObject_Type");
        GetAttribute = (delegate* unmanaged[Cdecl]<nint, nint, nint>)symbols.Find("PyObject_GetAttr");
        Call = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint>)symbols.Find("PyObject_Call");
        FunctionNew = (delegate* unmanaged[Cdecl]<void*, nint, nint, nint>)symbols.Find("PyCFunction_NewEx");
        TypeFromSpecification = (delegate* unmanaged[Cdecl]<void*, nint>)symbols.Find("PyType_FromSpec");
        TypeAllocate = (delegate* unmanaged[Cdecl]<nint, nint, nint>)symbols.Find("PyType_GenericAlloc");
        ViewFromMemory = (delegate* unmanaged[Cdecl]<nint, nint, int, nint>)symbols.Find("PyMemoryView_FromMemory");
        GetBuffer = (delegate* unmanaged[Cdecl]<nint, void*, int, int>)symbols.Find("PyObject_GetBuffer");
        ReleaseBuffer = (delegate* unmanaged[Cdecl]<void*, void>)symbols.Find("PyBuffer_Release");
        FunctionGetCode = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.Find("PyFunction_GetCode");
        LongFromUnsigned = (delegate* unmanaged[Cdecl]<ulong, nint>)symbols.Find("PyLong_FromUnsignedLongLong");
        Free = (delegate* unmanaged[Cdecl]<nint, void>)symbols.Find("PyObject_Free");
        SetAttribute = (delegate* unmanaged[Cdecl]<nint, nint, nint, int>)symbols.Find("PyObject_SetAttr");
        WeakReference = (delegate* unmanaged[Cdecl]<nint, nint, nint>)symbols.Find("PyWeakref_NewRef");
        WeaklyReferenced = (delegate* unmanaged[Cdecl]<nint, nint>)symbols.FindOptional("PyWeakref_GetObject");
    }

    private static void LoadErrorsAndConstants(Symbols symbols)
    {
        ErrorOccurred = (delegate* unmanaged[Cdecl]<nint>)symbols.Find("PyErr_Occurred");
        ErrorFetch = (delegate* unmanaged[Cdecl]<nint*, nint*, nint*, void>)symbols.Find("PyErr_Fetch");
        ErrorNormalize = (delegate* unmanaged[Cdecl]<nint*, nint*, nint*, void>)
            symbols.Find("PyErr_NormalizeException");
        ErrorRestore = (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)symbols.Find("PyErr_Restore");
        ErrorMatches = (delegate* unmanaged[Cdecl]<nint, nint, int>)symbols.Find("PyErr_GivenExceptionMatches");
        ErrorPrint = (delegate* unmanaged[Cdecl]<void>)symbols.Find("PyErr_Print");
        ErrorClear = (delegate* unmanaged[Cdecl]<void>)symbols.Find("PyErr_Clear");
        None = symbols.Find("_Py_NoneStruct");
        True = symbols.Find("_Py_TrueStruct");
        False = symbols.Find("_Py_FalseStruct");
        keyboardInterrupt = (nint*)symbols.Find("PyExc_KeyboardInterrupt");
        recursionError = (nint*)symbols.Find("PyExc_RecursionError");
    }

    public static bool CanHoldCollector => CollectorDisable != null && CollectorEnable != null;

    private static nint* keyboardInterrupt,
        recursionError;

    /// <summary>A borrowed reference; only once Python is initialised.</summary>
    public static nint KeyboardInterruptType => *keyboardInterrupt;

    /// <summary>As above.</summary>
    public static nint RecursionErrorType => *recursionError;
}
