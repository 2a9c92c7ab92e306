package io.foldserve.checkpoint.pytorch;

import java.util.Set;

/**
 * Functions that no training script puts into a checkpoint, and attackers do. Nothing is executed here whatever a file
 * names; but a file that would run code elsewhere is not one to serve, and its owner should know.
 */
final class CodeRunners {
    private static final Set<String> MODULES =
            Set.of("os", "posix", "nt", "subprocess", "commands", "pty", "importlib", "runpy", "ctypes", "socket");

    private static final Set<String> BUILTINS =
            Set.of("eval", "exec", "execfile", "compile", "open", "input", "__import__", "breakpoint", "apply");

    private CodeRunners() {}

    /** Whether the global {@code name}, module and function joined by a dot, is one. */
    static boolean include(String name) {
        int dot = name.lastIndexOf('.');
        String module = name.substring(0, Math.max(0, dot));
        String top = name.substring(0, Math.max(0, name.indexOf('.')));
        return MODULES.contains(top)
                || ((module.equals("builtins") || module.equals("__builtin__"))
                        && BUILTINS.contains(name.substring(dot + 1)));
    }
}
