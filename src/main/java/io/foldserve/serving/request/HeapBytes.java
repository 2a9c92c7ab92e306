package io.foldserve.serving.request;

/** What arrays take of the heap. A small heap gives a large array whole regions, of which the last may stay empty. */
public final class HeapBytes {
    /** The head of an array, and what aligns its end. */
    public static final int HEAD = 16;

    /** The size of G1's regions on heaps below 4 GB; on larger ones the rest of a region is no danger. */
    private static final long REGION = 1 << 20;

    private HeapBytes() {}

    /** What an array of {@code length} bytes takes: whole regions if it is larger than half of one. */
    public static long of(long length) {
        long bytes = length + HEAD;
        return bytes > REGION / 2 ? (bytes + REGION - 1) / REGION * REGION : bytes;
    }
}
