/**
 * Models of Amazon Bedrock through its Converse operation.
 */
@NullMarked
package dev.rlm.model.bedrock;

import org.jspecify.annotations.NullMarked;
