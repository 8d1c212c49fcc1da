// The C face of MPI: what Swift cannot import because Open MPI writes it as cast macros.
#pragma once
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

static inline MPI_Comm microfold_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype microfold_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype microfold_float(void) { return MPI_FLOAT; }
static inline MPI_Op microfold_sum(void) { return MPI_SUM; }
static inline void *microfold_in_place(void) { return MPI_IN_PLACE; }
static inline MPI_Status *microfold_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline MPI_Errhandler microfold_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline MPI_Status *microfold_statuses_ignore(void) { return MPI_STATUSES_IGNORE; }
static inline MPI_Request microfold_request_null(void) { return MPI_REQUEST_NULL; }

// The greatest tag that messages on a communicator may have.
static inline int microfold_tag_limit(MPI_Comm communicator) {
  int *limit = 0, found = 0;
  MPI_Comm_get_attr(communicator, MPI_TAG_UB, &limit, &found);
  return found ? *limit : 32767;
}

// What the library says of itself; it may be asked before MPI is started.
static inline int microfold_library_version(char text[MPI_MAX_LIBRARY_VERSION_STRING]) {
  int length = 0;
  return MPI_Get_library_version(text, &length) == MPI_SUCCESS ? length : 0;
}
static inline int microfold_library_version_limit(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }

// Fault tolerance (ULFM), which Open MPI has from 5.0 on: MPI itself tells that a rank has died.
#include <mpi-ext.h>
#ifdef OMPI_HAVE_MPI_EXT_FTMPI
static inline int microfold_says_failure(int code) {
  int kind = MPI_SUCCESS;
  MPI_Error_class(code, &kind);
  return kind == MPIX_ERR_PROC_FAILED || kind == MPIX_ERR_PROC_FAILED_PENDING || kind == MPIX_ERR_REVOKED;
}
// Writes ranks of the world that MPI knows to have failed, at most `limit`, and returns how many.
static inline int microfold_failed_ranks(int *ranks, int limit) {
  MPI_Group failed = MPI_GROUP_NULL, world = MPI_GROUP_NULL;
  int count = 0;
  if (MPIX_Comm_failure_ack(MPI_COMM_WORLD) != MPI_SUCCESS) return 0;
  if (MPIX_Comm_failure_get_acked(MPI_COMM_WORLD, &failed) != MPI_SUCCESS) return 0;
  MPI_Comm_group(MPI_COMM_WORLD, &world);
  MPI_Group_size(failed, &count);
  if (count > limit) count = limit;
  for (int place = 0; place < count; place++) MPI_Group_translate_ranks(failed, 1, &place, world, ranks + place);
  MPI_Group_free(&failed);
  MPI_Group_free(&world);
  return count;
}
#else
static inline int microfold_says_failure(int code) { (void)code; return 0; }
static inline int microfold_failed_ranks(int *ranks, int limit) { (void)ranks; (void)limit; return 0; }
#endif

// A communicator of some ranks of the world, made by these alone. After a failure Open MPI 5 no longer makes one out of
// the world, but MPI 4's call that takes none still does.
static inline int microfold_create_group(MPI_Group group, int tag, const char *name, MPI_Comm *made) {
#if OMPI_MAJOR_VERSION >= 5
  (void)tag;
  return MPI_Comm_create_from_group(group, name, MPI_INFO_NULL, MPI_ERRORS_RETURN, made);
#else
  (void)name;
  return MPI_Comm_create_group(MPI_COMM_WORLD, group, tag, made);
#endif
}
