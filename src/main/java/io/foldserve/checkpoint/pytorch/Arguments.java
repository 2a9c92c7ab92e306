package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Words;
import java.util.List;

/** The arguments of one call in a pickle, taken by position and checked to be of the kind that the callee expects. */
record Arguments(String function, List<Value> values) {

    /** Checks how many there are. */
    Arguments count(int least, int most) {
        if (values.size() < least || values.size() > most) {
            throw broken("got %d arguments, expected %d to %d".formatted(values.size(), least, most));
        }
        return this;
    }

    /** The argument at {@code position}, counted from 0, which must be a {@code kind}. */
    <T extends Value> T at(int position, Class<T> kind) {
        Value value = values.get(position);
        if (!kind.isInstance(value)) {
            throw broken("argument %d is %s, expected a %s".formatted(position + 1, value.kind(), Words.of(kind)));
        }
        return kind.cast(value);
    }

    /** The integer at {@code position}. */
    long integer(int position) {
        return at(position, Value.Int.class).value();
    }

    InvalidInputException broken(String problem) {
        return new InvalidInputException(function, problem);
    }
}
