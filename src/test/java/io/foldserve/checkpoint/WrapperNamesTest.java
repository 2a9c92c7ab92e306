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
        "_fsdp_wrapped_module.a._fsdp_wrapped_module.b, a.b",
        "a._checkpoint_wrapped_module.b, a.b",
        "_forward_module.module.a, a",
        "a._fpw_module.b, a.b",
        "a_forward_module.b, a_forward_module.b",
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
