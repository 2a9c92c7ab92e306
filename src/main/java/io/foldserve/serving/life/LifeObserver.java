package io.foldserve.serving.life;

import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.manifest.ModelManifest;

/** Is told what happens to models, on the threads that load them: of several models at the same time. */
public interface LifeObserver {
    /** There is a folder of a model of this name. */
    void listed(String model);

    /** The manifest of a model was read. */
    void declared(ModelManifest model);

    /** All variants of a model are loaded; it is not served before this returns. */
    void loaded(ServedModel model);

    /** Requests are answered by the model from now on. */
    void served(String model);

    /** The model is not served any more. */
    void unloaded(String model);

    /** The model's folder is gone, and the model is not known any more. */
    void forgotten(String model);
}
