package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.pickle.Value.Dict;
import java.util.ArrayList;
import java.util.List;

/** Finds the state dicts of a checkpoint that are below keys which say nothing, such as {@code generator/weights}. */
final class StateDictPaths {
    private static final int DEEPEST = 5;
    private static final int MOST_VISITED = 1000;

    private final List<String> found = new ArrayList<>();
    private int visited;

    private StateDictPaths() {}

    /** The keys that lead to each dict with a tensor directly in it, joined by {@code /}; optimizers' left out. */
    static List<String> of(Dict top) {
        StateDictPaths paths = new StateDictPaths();
        paths.visit(top, "", DEEPEST);
        return List.copyOf(paths.found);
    }

    private void visit(Dict dict, String path, int depth) {
        for (String key : dict.nested()) {
            if (depth == 0
                    || visited++ > MOST_VISITED
                    || key.startsWith("optim")
                    || StateDictChoice.isExtraState(key)) {
                continue;
            }
            String here = path.isEmpty() ? key : path + "/" + key;
            dict.nested(key).ifPresent(inner -> visitOrTake(inner, here, depth - 1));
        }
    }

    private void visitOrTake(Dict dict, String path, int depth) {
        if (dict.holdsMade()) {
            found.add(path);
        } else {
            visit(dict, path, depth);
        }
    }
}
