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
