/** REST resources, request and response records, error mappers and health: translation only, no decisions. */
@NullMarked
package io.foldserve.http;

import org.jspecify.annotations.NullMarked;
