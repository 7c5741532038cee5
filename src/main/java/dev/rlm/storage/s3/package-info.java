/** Objects in an S3 bucket, of Amazon or of any server that speaks its protocol. */
@NullMarked
package dev.rlm.storage.s3;

import org.jspecify.annotations.NullMarked;
