package io.foldserve.checkpoint.pytorch;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Functions and classes that run code, write files or open connections, which no training script puts into a checkpoint
 * and attackers do. Nothing is executed here whatever a file names; but a file that would run code elsewhere is not one
 * to serve, and its owner should know.
 *
 * <p>The table has what the public scanners of pickles call dangerous: picklescan ({@code scanner.py}, unsafe globals)
 * and fickling ({@code analysis.py} and {@code fickle.py}, unsafe imports), and others of the same kind. It leaves out
 * what honest checkpoints hold too: {@code functools.partial}, {@code getattr} (how Python pickles a bound method) and
 * {@code operator.itemgetter}. Those are passed over unread, and listed.
 */
final class CodeRunners {
    /** Modules of which everything is refused, with what is below them. */
    private static final Set<String> MODULES = Set.of(
            // processes and the operating system
            "os posix nt subprocess _posixsubprocess commands popen2 pty sys signal platform multiprocessing asyncio",
            "concurrent.futures _winapi winreg msvcrt atexit resource pexpect sh shutil tempfile fileinput",
            // imports, interpreters, compilers and debuggers
            "importlib imp runpy pkgutil zipimport site code codeop pdb bdb cProfile profile trace timeit doctest "
                    + "pydoc",
            "idlelib lib2to3 distutils setuptools pip ensurepip venv antigravity test.support",
            // foreign functions
            "ctypes _ctypes cffi numpy.ctypeslib torch.utils.cpp_extension torch.ops torch.classes",
            // pickles in pickles
            "pickle _pickle cPickle dill cloudpickle marshal shelve jsonpickle torch.package pandas.io",
            // connections
            "socket _socket ssl socketserver http httplib urllib urllib2 urllib3 requests httpx aiohttp ftplib smtplib",
            "telnetlib poplib imaplib nntplib xmlrpc xmlrpclib webbrowser paramiko wget gdown logging.config torch.hub",
            "torch.utils.model_zoo torch.distributed.rpc",
            // functions of libraries that evaluate text
            "numpy.testing numpy.f2py numpy.distutils torch._dynamo torch._inductor torch.utils.bottleneck",
            "torch.utils.collect_env torch.utils._config_module torch.jit.unsupported_tensor_ops",
            "torch.utils.data.datapipes.utils.decoder torch.fx.experimental.symbolic_shapes");

    private static final Set<String> REFUSED_MODULES = words(MODULES);

    private static final Set<String> BUILTINS = words(Set.of(
            "eval exec execfile compile open file input raw_input __import__ reload breakpoint apply globals locals "
                    + "vars",
            "setattr delattr help exit quit"));

    /** Functions and classes that are refused in modules which are not. */
    private static final Map<String, Set<String>> FUNCTIONS = Map.ofEntries(
            Map.entry("builtins", BUILTINS),
            Map.entry("__builtin__", BUILTINS),
            Map.entry("io", Set.of("open", "open_code", "FileIO")),
            Map.entry("_io", Set.of("open", "open_code", "FileIO")),
            Map.entry("codecs", Set.of("open")),
            Map.entry("gc", Set.of("get_objects", "get_referrers")),
            Map.entry("inspect", Set.of("getattr_static")),
            Map.entry("linecache", Set.of("getline", "getlines", "updatecache")),
            Map.entry("types", words(Set.of("FunctionType LambdaType CodeType ModuleType new_class"))),
            Map.entry("operator", Set.of("attrgetter", "methodcaller")),
            Map.entry("threading", Set.of("Thread", "Timer")),
            Map.entry("_thread", Set.of("start_new_thread", "start_new")),
            Map.entry("uuid", Set.of("_get_command_stdout")),
            Map.entry("zipfile", Set.of("ZipFile")),
            Map.entry("tarfile", Set.of("open", "TarFile")),
            Map.entry("sqlite3", Set.of("connect")),
            Map.entry("yaml", words(Set.of("load unsafe_load full_load load_all"))),
            Map.entry("joblib", Set.of("load", "dump")),
            Map.entry("pandas", Set.of("read_pickle", "eval", "read_csv")),
            Map.entry("numpy", words(Set.of("load save savez savetxt loadtxt fromfile memmap genfromtxt"))),
            Map.entry("torch", Set.of("load", "save", "compile")),
            Map.entry("torch.serialization", Set.of("load", "save", "_load", "_legacy_load")),
            Map.entry("torch.jit", Set.of("load", "save", "CompilationUnit")),
            Map.entry("torch._jit_internal", Set.of("_load", "eval")),
            Map.entry("keras.models", Set.of("load_model")),
            Map.entry("tensorflow.keras.models", Set.of("load_model")),
            Map.entry("tensorflow", Set.of("load_library", "load_op_library", "py_function", "numpy_function")));

    /** Modules that others import, so that a dotted name leads to them from anywhere; and doors out of any object. */
    private static final Set<String> WITHIN = words(Set.of(
            "os posix nt sys subprocess shutil ctypes pty builtins __builtin__ __builtins__ __globals__ __subclasses__",
            "__import__ __getattribute__ __code__ __loader__ __mro__ __bases__"));

    private CodeRunners() {}

    /** Whether the global {@code name}, module and function joined by a dot, is one. */
    static boolean include(String name) {
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            String module = name.substring(0, dot);
            String rest = name.substring(dot + 1);
            String next = rest.substring(0, rest.indexOf('.') < 0 ? rest.length() : rest.indexOf('.'));
            if (REFUSED_MODULES.contains(module)
                    || WITHIN.contains(next)
                    || FUNCTIONS.getOrDefault(module, Set.of()).contains(next)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> words(Set<String> lines) {
        return Set.copyOf(lines.stream()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList());
    }
}
