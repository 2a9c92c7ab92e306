package io.foldserve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.client.model.ComparisonBody;
import io.foldserve.client.model.ModelBody;
import io.foldserve.client.model.PredictionBody;
import java.io.File;
import org.junit.jupiter.api.Test;

/** A client that was generated from the service's own description predicts, compares and lists. */
class GeneratedClientTest {
    private static final File DIGIT = new File("../../../models/digits/samples/digit-3.png");

    private static final ApiClient SERVICE = new ApiClient();

    static {
        SERVICE.updateBaseUri(System.getProperty("service"));
    }
}
