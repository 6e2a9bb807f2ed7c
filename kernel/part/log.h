/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/log.h - the record of who requested what. Layer L3.
 */
#ifndef LPAR_PART_LOG_H
#define LPAR_PART_LOG_H

/**
 * part_log_request() - record who requested what of an LPAR
 * @name: the LPAR
 * @what: the request, as "activate"
 * @err: its result. Only requests that succeeded go to the kernel's log; all go to the
 *	trace event lpar_request
 *
 * Context: process, the one that made the request.
 */
void part_log_request(const char *name, const char *what, int err);

#endif
