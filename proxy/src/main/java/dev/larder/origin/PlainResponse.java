package dev.larder.origin;

import dev.larder.http.ResponseHead;

/**
 * The head of a final answer in HTTP/1.1, after which its connection goes on, with a body of known length, that nobody could
 * read in another way. See {@link PlainResponseHead}.
 *
 * @param bodyBytes as Content-Length says
 */
record PlainResponse(ResponseHead head, long bodyBytes) {}
