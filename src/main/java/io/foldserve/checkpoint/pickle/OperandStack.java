package io.foldserve.checkpoint.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The pickle machine's stack of values, with the marks that open variable-length runs. */
final class OperandStack {
    private final PickleInput input;
    private final List<Value> values = new ArrayList<>();
    private int[] marks = new int[16];
    private int markCount;

    OperandStack(PickleInput input) {
        this.input = input;
    }

    void push(Value value) {
        values.add(value);
    }

    Value pop() {
        return values.remove(top());
    }

    Value peek() {
        return values.get(top());
    }

    /** The top {@code count} values, lowest first, taken off. */
    List<Value> pop(int count) {
        if (values.size() - floor() < count) {
            throw input.broken("%d values are needed, the stack holds fewer".formatted(count));
        }
        return takeFrom(values.size() - count);
    }

    void mark() {
        if (markCount == marks.length) {
            marks = Arrays.copyOf(marks, 2 * markCount);
        }
        marks[markCount++] = values.size();
    }

    /** The values above the last mark, lowest first, taken off with the mark. */
    List<Value> popToMark() {
        if (markCount == 0) {
            throw input.broken("a mark is needed, there is none");
        }
        return takeFrom(marks[--markCount]);
    }

    boolean isEmpty() {
        return values.isEmpty() && markCount == 0;
    }

    /** Not modifiable, and compact where a pickle can ask for very many: one byte makes a tuple of one. */
    private List<Value> takeFrom(int start) {
        int count = values.size() - start;
        if (count == 1) {
            return List.of(values.remove(start));
        }
        Value[] taken = new Value[count];
        for (int i = count - 1; i >= 0; i--) {
            taken[i] = values.remove(start + i);
        }
        return Collections.unmodifiableList(Arrays.asList(taken));
    }

    private int top() {
        if (values.size() <= floor()) {
            throw input.broken("a value is needed, the stack is empty");
        }
        return values.size() - 1;
    }

    /** Nothing below the last mark can be taken off. */
    private int floor() {
        return markCount == 0 ? 0 : marks[markCount - 1];
    }
}
