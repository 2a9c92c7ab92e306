package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.problem.InvalidInputException;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void acceptsWhatOnnxRuntimeStartsWith() {
        assertThatCode(() -> CommandLine.expectShort(CommandLine.LONGEST)).doesNotThrowAnyException();
    }

    @Test
    void refusesWhatWouldCrashTheProcessAndSaysWhatToDo() {
        assertThatThrownBy(() -> CommandLine.expectShort(CommandLine.LONGEST + 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("3901")
                .hasMessageContaining("JAVA_TOOL_OPTIONS");
    }
}
