package io.foldserve.checkpoint.zip;

/**
 * One entry of a zip archive.
 *
 * @param name its path in the archive
 * @param offset where its bytes start in the file
 * @param size how many there are
 * @param method how they are compressed; 0 if they are stored as they are
 * @param crc32 their recorded CRC-32; 0 if the writer recorded none
 */
public record ZipEntry(String name, long offset, long size, int method, long crc32) {}
