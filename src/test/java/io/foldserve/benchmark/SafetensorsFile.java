package io.foldserve.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes float32 tensors of seeded random values as a safetensors file: header length, JSON header, values. */
final class SafetensorsFile {

    /** A tensor to write: its name, its shape, and the range of its uniform values. */
    record Entry(String name, Shape shape, double low, double high) {}

    private SafetensorsFile() {}

    static void write(Path file, List<Entry> entries, long seed) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Entry entry : entries) {
            long end = offset + 4L * entry.shape().size();
            header.put(
                    entry.name(),
                    Map.of(
                            "dtype", "F32",
                            "shape", entry.shape().extents(),
                            "data_offsets", List.of(offset, end)));
            offset = end;
        }
        byte[] json = new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer length =
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
            writeFully(channel, length.flip());
            writeFully(channel, ByteBuffer.wrap(json));
            SplittableRandom random = new SplittableRandom(seed);
            for (Entry entry : entries) {
                writeFully(channel, values(entry, random));
            }
        }
    }

    private static ByteBuffer values(Entry entry, SplittableRandom random) {
        ByteBuffer values = ByteBuffer.allocate(4 * entry.shape().size()).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat((float) (entry.low() + (entry.high() - entry.low()) * random.nextDouble()));
        }
        return values.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
