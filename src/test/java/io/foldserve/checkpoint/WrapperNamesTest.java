package io.foldserve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrapperNamesTest {

    @ParameterizedTest
    @CsvSource({
        "conv.weight, conv.weight",
        "module.conv.weight, conv.weight",
        "_orig_mod.conv.weight, conv.weight",
        "module._orig_mod.module.conv.weight, conv.weight",
        "a._orig_mod.b._orig_mod.c, a.b.c",
        "a.module.b, a.module.b",
        "modules.a, modules.a",
        "a_orig_mod.b, a_orig_mod.b",
        "module, module",
        "a.b_orig_mod., a.b_orig_mod."
    })
    void takesOnlyWrappersOut(String name, String bare) {
        assertThat(WrapperNames.strip(name)).isEqualTo(bare);
    }
}
