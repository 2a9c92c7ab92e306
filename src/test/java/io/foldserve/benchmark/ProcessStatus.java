package io.foldserve.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a running process holds, read from Linux's /proc.
 *
 * @param threads its threads
 * @param descriptors its open files and sockets
 * @param residentMib its resident memory, in MiB
 */
public record ProcessStatus(long threads, long descriptors, long residentMib) {
    /** Of the process {@code pid} now. */
    public static ProcessStatus of(long pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return new ProcessStatus(number(pid, "Threads:"), descriptors.count(), number(pid, "VmRSS:") / 1024);
        }
    }

    /** The number behind {@code key} in the status of {@code pid}, or 0 if that process has ended. */
    static long number(long pid, String key) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.exists(status)) {
            try {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith(key)) {
                        return Long.parseLong(line.replaceAll("\\D", ""));
                    }
                }
            } catch (IOException unreadable) {
                if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
                    throw unreadable;
                }
            }
        }
        return 0;
    }
}
