package io.foldserve.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelMetadataResponse;
import inference.GrpcPredictV2.ModelReadyRequest;
import inference.GrpcPredictV2.ModelReadyResponse;
import inference.GrpcPredictV2.ServerLiveResponse;
import inference.GrpcPredictV2.ServerMetadataResponse;
import inference.GrpcPredictV2.ServerReadyResponse;
import io.foldserve.http.ReadyService;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Apache Camel's KServe component, unmodified, as its users call it. */
@QuarkusTest
class CamelClientTest {
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");

    private final CamelContext camel = new DefaultCamelContext();
    private final ProducerTemplate template = camel.createProducerTemplate();

    @BeforeEach
    void start() throws InterruptedException {
        ReadyService.await();
        camel.start();
        template.start();
    }

    @AfterEach
    void stop() {
        template.stop();
        camel.stop();
    }

    private <T> T call(String api, @Nullable Object body, Class<T> answer) {
        return template.requestBody("kserve:%s?target=127.0.0.1:%d".formatted(api, RestAssured.port), body, answer);
    }

    private static ModelInferRequest infer(String model) throws IOException {
        ByteString picture = ByteString.copyFrom(Files.readAllBytes(DIGIT));
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addBytesContents(picture)))
                .build();
    }

    @Test
    void serverAndModelDescribeThemselves() {
        assertThat(call("server/live", null, ServerLiveResponse.class).getLive())
                .isTrue();
        assertThat(call("server/ready", null, ServerReadyResponse.class).getReady())
                .isTrue();
        assertThat(call("server/metadata", null, ServerMetadataResponse.class).getExtensionsList())
                .contains("binary_tensor_data");
        ModelReadyRequest digits =
                ModelReadyRequest.newBuilder().setName("digits").build();
        assertThat(call("model/ready", digits, ModelReadyResponse.class).getReady())
                .isTrue();
        ModelMetadataResponse metadata = template.requestBody(
                "kserve:model/metadata?modelName=digits&target=127.0.0.1:" + RestAssured.port,
                null,
                ModelMetadataResponse.class);
        assertThat(metadata.getVersions(0)).isEqualTo("1");
    }

    @Test
    void aPictureIsAnsweredInRawContents() throws IOException {
        ModelInferResponse answer = call("infer", infer("digits"), ModelInferResponse.class);

        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 10L);
        assertThat(answer.getRawOutputContents(0).size()).isEqualTo(10 * Float.BYTES);
        assertThat(answer.getParametersMap()).containsKeys("variant", "feedback_ids");
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> call("infer", infer("nobody"), ModelInferResponse.class))
                .rootCause()
                .hasMessageContaining("NOT_FOUND: there is no model 'nobody'");
    }
}
