package io.foldserve.checkpoint.safetensors;

import java.util.List;
import java.util.Map;

/** A safetensors header as it is written, with only its grammar checked. */
record Header(List<Entry> entries, Map<String, String> metadata) {

    /** One tensor: where its bytes begin and end, counted from the end of the header. */
    record Entry(String name, String dtype, List<Long> shape, long begin, long end) {}
}
