package io.foldserve.protocol.grpc;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.foldserve.http.ReadyService;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.foldserve.protocol.proto.InferParameter;
import io.foldserve.protocol.proto.InferTensorContents;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferRequest.InferInputTensor;
import io.foldserve.protocol.proto.ModelInferRequest.InferRequestedOutputTensor;
import io.foldserve.protocol.proto.ModelInferResponse;
import io.foldserve.protocol.proto.ModelMetadataRequest;
import io.foldserve.protocol.proto.ModelMetadataResponse;
import io.foldserve.protocol.proto.ModelReadyRequest;
import io.foldserve.protocol.proto.RepositoryIndexRequest;
import io.foldserve.protocol.proto.RepositoryModelLoadRequest;
import io.foldserve.protocol.proto.RepositoryModelLoadResponse;
import io.foldserve.protocol.proto.ServerLiveRequest;
import io.foldserve.protocol.proto.ServerLiveResponse;
import io.foldserve.protocol.proto.ServerMetadataRequest;
import io.foldserve.protocol.proto.ServerReadyRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Open Inference Protocol over gRPC on the HTTP port, with the bundled models. */
@QuarkusTest
class GrpcInferenceTest {
    private static final Path DIGIT = Path.of("models/digits/samples/digit-3.png");

    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub inference;

    @BeforeEach
    void connect() throws InterruptedException {
        ReadyService.await();
        channel = ManagedChannelBuilder.forAddress("localhost", RestAssured.port)
                .usePlaintext()
                .build();
        inference = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void serverAndModelsDescribeThemselves() {
        assertThat(inference.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(inference
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(inference
                        .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getName())
                .isEqualTo("foldserve");
        assertThat(inference
                        .modelReady(ModelReadyRequest.newBuilder()
                                .setName("digits")
                                .setVersion("1")
                                .build())
                        .getReady())
                .isTrue();
        ModelMetadataResponse digits = inference.modelMetadata(
                ModelMetadataRequest.newBuilder().setName("digits").build());
        assertThat(digits.getVersionsList()).containsExactly("1");
        assertThat(digits.getPlatform()).isEqualTo("onnx_onnxv1");
        assertThat(digits.getInputs(0).getShapeList()).containsExactly(-1L, 1L, 32L, 32L);
        assertThat(digits.getOutputs(0).getShapeList()).containsExactly(-1L, 10L);
        assertThat(inference
                        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsList())
                .extracting("name", "state")
                .containsExactly(tuple("digit-scenes", "READY"), tuple("digits", "READY"));
    }

    @Test
    void theStandardHealthServiceSaysServing() {
        assertThat(HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void aPictureHasTheLogitsOfTheFirstProtocolByEitherRoute() throws IOException {
        ByteString picture = ByteString.copyFrom(Files.readAllBytes(DIGIT));
        List<Float> logits = given().contentType("image/png")
                .queryParam("variant", "doconv")
                .queryParam("topK", "10")
                .body(picture.toByteArray())
                .post("/v1/models/digits/predict")
                .jsonPath()
                .getList("classes.sort { it.index }.logit", Float.class);
        ModelInferResponse typed = inference.modelInfer(request(input ->
                        input.setContents(InferTensorContents.newBuilder().addBytesContents(picture)))
                .setModelName("digits")
                .setId("seven")
                .putParameters(
                        "variant",
                        InferParameter.newBuilder().setStringParam("doconv").build())
                .build());
        ModelInferResponse raw = inference.modelInfer(request(UnaryOperator.identity())
                .setModelName("digits.doconv")
                .setModelVersion("1")
                .addRawInputContents(length(picture.size()).concat(picture))
                .build());
        assertThat(typed.getId()).isEqualTo("seven");
        assertThat(typed.getParametersOrThrow("variant").getStringParam()).isEqualTo("doconv");
        assertThat(typed.getOutputs(0).getShapeList()).containsExactly(1L, 10L);
        assertThat(floats(typed.getRawOutputContents(0))).isEqualTo(logits);
        assertThat(floats(raw.getRawOutputContents(0))).isEqualTo(logits);
    }

    @Test
    void theBestClassesAreAnsweredAsStrings() throws IOException {
        ByteString picture = ByteString.copyFrom(Files.readAllBytes(DIGIT));
        ModelInferResponse answer = inference.modelInfer(request(input ->
                        input.setContents(InferTensorContents.newBuilder().addBytesContents(picture)))
                .setModelName("digits")
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("logits")
                        .putParameters(
                                "classification",
                                InferParameter.newBuilder().setInt64Param(1).build()))
                .build());
        assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(answer.getRawOutputContents(0).substring(4).toString(StandardCharsets.UTF_8))
                .matches("[0-9.]+:3:3");
    }

    @Test
    void refusalsHaveTheStatusOfTheirReason() {
        ModelInferRequest empty =
                request(UnaryOperator.identity()).setModelName("digits").build();
        assertRefused(empty, Status.Code.INVALID_ARGUMENT, "1 elements, found 0");
        assertRefused(empty.toBuilder().setModelName("none").build(), Status.Code.NOT_FOUND, "no model 'none'");
        assertRefused(empty.toBuilder().setModelVersion("2").build(), Status.Code.NOT_FOUND, "has no version '2'");
        assertRefused(
                empty.toBuilder().addRawInputContents(length(7)).build(),
                Status.Code.INVALID_ARGUMENT,
                "element 0 of input 'image'");
        assertRefused(
                empty.toBuilder()
                        .addRawInputContents(length(0))
                        .addRawInputContents(length(0))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "2 raw_input_contents for 1 inputs");
        assertRefused(
                empty.toBuilder()
                        .putParameters("priority", InferParameter.getDefaultInstance())
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "'priority'");
        assertRefused(
                empty.toBuilder()
                        .addRawInputContents(length(4).concat(ByteString.copyFromUtf8("text")))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "JPEG");
    }

    @Test
    void aModelIsLoadedByACall() {
        RepositoryModelLoadRequest digits =
                RepositoryModelLoadRequest.newBuilder().setModelName("digits").build();
        assertThat(inference.repositoryModelLoad(digits)).isEqualTo(RepositoryModelLoadResponse.getDefaultInstance());
    }

    @Test
    void aModelWithoutAFolderIsNotLoaded() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> inference.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("nothing")
                        .build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal.getStatus().getDescription()).contains("nothing");
    }

    private void assertRefused(ModelInferRequest request, Status.Code code, String reason) {
        StatusRuntimeException refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> inference.modelInfer(request));
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription()).contains(reason);
    }

    private static ModelInferRequest.Builder request(UnaryOperator<InferInputTensor.Builder> contents) {
        return ModelInferRequest.newBuilder()
                .addInputs(contents.apply(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("BYTES")
                        .addShape(1)));
    }

    private static ByteString length(int bytes) {
        return ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes)
                .flip());
    }

    private static List<Float> floats(ByteString raw) {
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<Float> values = new ArrayList<>();
        while (bytes.hasRemaining()) {
            values.add(bytes.getFloat());
        }
        return values;
    }

    @Test
    void aMethodThatNobodyHasIsNotImplemented() {
        MethodDescriptor<ServerLiveRequest, ServerLiveResponse> unknown =
                GRPCInferenceServiceGrpc.getServerLiveMethod().toBuilder()
                        .setFullMethodName("inference.GRPCInferenceService/Nope")
                        .build();

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel, unknown, CallOptions.DEFAULT, ServerLiveRequest.getDefaultInstance()))
                .hasMessage("UNIMPLEMENTED: there is no such method; the services are listed by reflection");
    }
}
