package io.foldserve.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.nio.BufferUnderflowException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void aClassIsCalledByItsNameInWords() {
        assertThat(Words.of(BufferUnderflowException.class)).isEqualTo("buffer underflow");
        assertThat(Words.of(Exception.class)).isEqualTo("exception");
        assertThat(Words.of(Map.class)).isEqualTo("map");
    }

    @Test
    void aFailureSaysItsMessageOrWhatItIs() {
        assertThat(Words.of(new EOFException("too short"))).isEqualTo("too short");
        assertThat(Words.of(new EOFException())).isEqualTo("eof");
        assertThat(Words.of(new ClassCastException("class a.B cannot be cast to class c.D")))
                .isEqualTo("class cast");
    }
}
