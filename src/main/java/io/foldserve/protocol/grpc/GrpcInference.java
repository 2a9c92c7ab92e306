package io.foldserve.protocol.grpc;

import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.NamedModel;
import io.foldserve.protocol.RepositoryIndex;
import io.foldserve.protocol.ServerDescription;
import io.foldserve.protocol.proto.GRPCInferenceServiceGrpc;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferResponse;
import io.foldserve.protocol.proto.ModelMetadataRequest;
import io.foldserve.protocol.proto.ModelMetadataResponse;
import io.foldserve.protocol.proto.ModelReadyRequest;
import io.foldserve.protocol.proto.ModelReadyResponse;
import io.foldserve.protocol.proto.RepositoryIndexRequest;
import io.foldserve.protocol.proto.RepositoryIndexResponse;
import io.foldserve.protocol.proto.RepositoryModelLoadRequest;
import io.foldserve.protocol.proto.RepositoryModelLoadResponse;
import io.foldserve.protocol.proto.RepositoryModelUnloadRequest;
import io.foldserve.protocol.proto.RepositoryModelUnloadResponse;
import io.foldserve.protocol.proto.ServerLiveRequest;
import io.foldserve.protocol.proto.ServerLiveResponse;
import io.foldserve.protocol.proto.ServerMetadataRequest;
import io.foldserve.protocol.proto.ServerMetadataResponse;
import io.foldserve.protocol.proto.ServerReadyRequest;
import io.foldserve.protocol.proto.ServerReadyResponse;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.ReadinessPolicy;
import io.foldserve.serving.life.Repository;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The gRPC service {@code inference.GRPCInferenceService}. Thread-safe. */
@GrpcService
public class GrpcInference extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    private final Catalogue catalogue;
    private final ReadinessPolicy readiness;
    private final Repository repository;
    private final InferenceCalls inferences;
    private final String version;
    private final long largestMessage;

    GrpcInference(
            Catalogue catalogue,
            ReadinessPolicy readiness,
            Repository repository,
            InferenceCalls inferences,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "quarkus.grpc.server.max-inbound-message-size") long largestMessage) {
        this.catalogue = catalogue;
        this.readiness = readiness;
        this.repository = repository;
        this.inferences = inferences;
        this.version = version;
        this.largestMessage = largestMessage;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BoundedMessages.of(super.bindService(), largestMessage);
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answer) {
        reply(answer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> answer) {
        reply(answer, () -> ServerReadyResponse.newBuilder()
                .setReady(readiness.reasons(catalogue).isEmpty())
                .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> answer) {
        reply(answer, () -> ModelReadyResponse.newBuilder()
                .setReady(named(request.getName(), request.getVersion()).isReady())
                .build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> answer) {
        reply(answer, () -> ServerMetadataResponse.newBuilder()
                .setName(ServerDescription.NAME)
                .setVersion(version)
                .addAllExtensions(ServerDescription.EXTENSIONS)
                .build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answer) {
        reply(
                answer,
                () -> GrpcMessages.metadata(
                        named(request.getName(), request.getVersion()).description()));
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
        try {
            inferences.infer(request, answer);
        } catch (RuntimeException failure) {
            answer.onError(GrpcErrors.of(failure));
        }
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> answer) {
        reply(answer, () -> GrpcMessages.index(RepositoryIndex.of(catalogue, request.getReady())));
    }

    @Override
    @Blocking
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> answer) {
        replyWhenDone(
                answer,
                RepositoryModelLoadResponse.getDefaultInstance(),
                () -> repository.load(request.getModelName()));
    }

    @Override
    @Blocking
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> answer) {
        replyWhenDone(
                answer,
                RepositoryModelUnloadResponse.getDefaultInstance(),
                () -> repository.unload(request.getModelName()));
    }

    private static <T> void replyWhenDone(
            StreamObserver<T> answer, T message, Supplier<CompletionStage<CatalogueEntry>> work) {
        try {
            work.get().whenComplete((entry, failure) -> {
                if (failure == null) {
                    reply(answer, () -> message);
                } else {
                    answer.onError(GrpcErrors.of(failure));
                }
            });
        } catch (RuntimeException failure) {
            answer.onError(GrpcErrors.of(failure));
        }
    }

    private NamedModel named(String model, String modelVersion) {
        NamedModel named = NamedModel.of(catalogue, model);
        if (!ModelDescription.isVersion(modelVersion)) {
            throw Status.NOT_FOUND
                    .withDescription(ModelDescription.noVersion(model, modelVersion))
                    .asRuntimeException();
        }
        return named;
    }

    private static <T> void reply(StreamObserver<T> answer, Supplier<T> message) {
        try {
            answer.onNext(message.get());
            answer.onCompleted();
        } catch (RuntimeException failure) {
            answer.onError(GrpcErrors.of(failure));
        }
    }
}
