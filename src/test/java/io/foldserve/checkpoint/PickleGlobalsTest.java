package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.checkpoint.base.FileBytes;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pickle may name: nothing that runs code, writes files or opens connections; what is honest is listed. */
class PickleGlobalsTest {

    /** A checkpoint that holds a tensor and, beside it, a call of {@code module.name}. */
    private static byte[] calling(String module, String name) {
        return StoredZip.checkpoint(PickleBytes.start()
                .op('}')
                .text("w")
                .rebuild("FloatStorage", "0", 4, 0, new long[] {4}, new long[] {1})
                .op('s')
                .text("x_extra_state")
                .global(module, name)
                .op(')', 'R', 's', '.')
                .bytes());
    }

    /** A checkpoint that holds a tensor and, beside it, only the name {@code module.name}, two lists deep. */
    private static byte[] naming(String module, String name) {
        return StoredZip.checkpoint(PickleBytes.start()
                .op('}')
                .text("w")
                .rebuild("FloatStorage", "0", 4, 0, new long[] {4}, new long[] {1})
                .op('s')
                .text("config")
                .op('(', '(')
                .global(module, name)
                .op('l', 'l', 's', '.')
                .bytes());
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "os.path, join",
        "shutil, rmtree",
        "torch.hub, load",
        "torch, load",
        "torch.serialization, load",
        "pickle, loads",
        "_pickle, loads",
        "dill, loads",
        "cloudpickle.cloudpickle, _make_function",
        "marshal, loads",
        "timeit, timeit",
        "multiprocessing, Process",
        "multiprocessing.context, Process",
        "types, FunctionType",
        "types, CodeType",
        "pip, main",
        "pip._internal, main",
        "runpy, run_path",
        "importlib, import_module",
        "webbrowser, open",
        "ctypes, CDLL",
        "asyncio.subprocess, create_subprocess_exec",
        "numpy.testing._private.utils, runstring",
        "numpy, load",
        "urllib.request, urlopen",
        "http.client, HTTPSConnection",
        "requests, get",
        "socket, create_connection",
        "builtins, compile",
        "builtins, __import__",
        "builtins, setattr",
        "io, open",
        "sys, modules",
        "code, InteractiveInterpreter.runcode",
        "pdb, run",
        "operator, methodcaller",
        "torch.serialization, os.system",
        "torch.nn.modules.module, torch.os.system",
        "collections, OrderedDict.__subclasses__",
        "pydoc, pipepager",
        "logging.config, listen"
    })
    void refusesWhatRunsCodeWhereverItStands(String module, String name) {
        String reason = "the global %s.%s is not allowed; nothing was executed".formatted(module, name);

        RefusalTest.assertRefused(calling(module, name), reason);
        RefusalTest.assertRefused(naming(module, name), reason);
    }

    @ParameterizedTest
    @CsvSource({
        "functools, partial",
        "builtins, getattr",
        "pathlib, PosixPath",
        "enum, Enum",
        "mylab.config, TrainConfig",
        "omegaconf.dictconfig, DictConfig",
        "torch.optim.adamw, AdamW",
        "operator, itemgetter",
        "numpy.random._pickle, __randomstate_ctor",
        "osmnx, Graph",
        "systems, System",
        "pickles.jar, Cucumber",
        "types, SimpleNamespace",
        "project.io.readers, Reader"
    })
    void passesOverWhatHonestCheckpointsHoldAndListsIt(String module, String name) {
        assertThat(unknown(calling(module, name))).isEqualTo(module + "." + name);
        assertThat(unknown(naming(module, name))).isEqualTo(module + "." + name);
    }

    private static String unknown(byte[] file) {
        Checkpoint checkpoint = CheckpointReader.read("file", FileBytes.of(ByteBuffer.wrap(file)), Optional.of("."));
        assertThat(checkpoint.find("w")).isPresent();
        return checkpoint.metadata().getOrDefault("unknown", "");
    }
}
