package io.foldserve.session;

/** The processors that this process may use. */
public final class CpuQuota {
    private CpuQuota() {}

    /**
     * The container's CPU quota in whole cores, else the machine's processors.
     *
     * <p>The Java runtime reads the cgroup (v1 or v2) limit itself: quota over period, rounded up, at least 1 and at
     * most the processors of the machine; a limit of 2500m counts as 3 cores, one of 100m as 1. CPU shares and
     * Kubernetes requests do not count. {@code -XX:ActiveProcessorCount} overrides all of it.
     */
    public static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }
}
