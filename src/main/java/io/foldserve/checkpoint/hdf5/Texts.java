package io.foldserve.checkpoint.hdf5;

import io.jhdf.GlobalHeap;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts in one file's attributes: of a fixed length in the attribute itself, or of any length in the file's global
 * heap. Not thread-safe: one instance belongs to one reading.
 */
final class Texts {
    private final MeteredBytes bytes;
    private final Map<Long, GlobalHeap> heaps = new HashMap<>();

    Texts(MeteredBytes bytes) {
        this.bytes = bytes;
    }

    /** The texts of {@code attribute} in row-major order; none if it holds something else, or nothing. */
    List<String> of(AttributeMessage attribute) {
        long count = attribute.getDataSpace().getTotalLength();
        ByteBuffer data = attribute.getDataBuffer();
        if (count == 0 || data == null) {
            return List.of();
        }
        if (attribute.getDataType() instanceof StringData type) {
            return fixed(data, Math.toIntExact(count), type.getSize());
        }
        if (attribute.getDataType() instanceof VariableLength type && type.isVariableLengthString()) {
            return inHeap(data, Math.toIntExact(count), type.getSize());
        }
        return List.of();
    }

    private List<String> fixed(ByteBuffer data, int count, int length) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(data.slice(i * length, length)));
        }
        return texts;
    }

    /** Each is its length, then the heap's address and its number in there (specification, IV.A.2.d, IX). */
    private List<String> inHeap(ByteBuffer data, int count, int size) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = data.getInt(i * size);
            long heap = data.getLong(i * size + 4);
            int number = data.getInt(i * size + 12);
            texts.add(length == 0 ? "" : text(heap(heap).getObjectData(number).slice(0, length)));
        }
        return texts;
    }

    private GlobalHeap heap(long address) {
        return heaps.computeIfAbsent(address, at -> new GlobalHeap(bytes, at));
    }

    private String text(ByteBuffer padded) {
        bytes.charge(padded.capacity());
        byte[] utf8 = new byte[padded.capacity()];
        padded.get(0, utf8);
        int end = 0;
        while (end < utf8.length && utf8[end] != 0) {
            end++;
        }
        return new String(utf8, 0, end, StandardCharsets.UTF_8);
    }
}
