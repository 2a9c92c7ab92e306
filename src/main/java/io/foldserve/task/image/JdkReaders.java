package io.foldserve.task.image;

import java.util.Iterator;
import java.util.List;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The Java runtime's own picture readers, whatever plug-ins lie on the class path. */
final class JdkReaders {
    private JdkReaders() {}

    /** The reader of {@code format}, such as {@code jpeg}. */
    static ImageReaderSpi of(String format) {
        Iterator<ImageReaderSpi> readers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (readers.hasNext()) {
            ImageReaderSpi reader = readers.next();
            boolean reads = List.of(reader.getFormatNames()).contains(format);
            if (reads && "java.desktop".equals(reader.getClass().getModule().getName())) {
                return reader;
            }
        }
        throw new IllegalStateException(
                "this Java runtime has no %s reader of its own (module java.desktop)".formatted(format));
    }
}
