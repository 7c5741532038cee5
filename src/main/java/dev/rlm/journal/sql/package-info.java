/**
 * Journals in SQL databases: a SQLite file for one server, PostgreSQL for any number of replicas. Both have the same schema
 * and the same statements; a data source comes from outside.
 */
@NullMarked
package dev.rlm.journal.sql;

import org.jspecify.annotations.NullMarked;
