/*
 * A library put before the C library of the program under test (LD_PRELOAD). It sees every write, sync, rename,
 * removal and creation below one folder and, as its control file says, lets the n-th of them fail, lies about a sync,
 * or logs each so that a power cut can be played afterwards.
 *
 * Environment: STAVE_SHIM_ROOT    the folder
 *              STAVE_SHIM_CONTROL a file of five 64-bit numbers: how many operations came by since it was armed (counted
 *                                 here), which of them fails (0: none), with which errno, whether later ones fail too, and
 *                                 what kind of operation was the first that failed (told here). A write that fails has
 *                                 written its first half. A disk that stays full refuses only what needs room, until the
 *                                 file "/room" is removed. The errno 9999 is none: the process is killed by SIGKILL
 *                                 instead, before the operation
 *              STAVE_SHIM_LOG     where operations are logged (optional)
 *              STAVE_SHIM_LIE     a sync of a file whose path holds this word is answered and not done (optional)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL = 9999 };
enum { COUNT, FAIL_AT, ERRNO, STICKY, FAILED, SLOTS };
enum { OP_WRITE = 1, OP_SYNC = 2, OP_CREATE = 3, OP_RENAME = 4, OP_UNLINK = 5, OP_MKDIR = 6, OP_TRUNCATE = 7 };

static volatile uint64_t *control;
static char root[PATH_MAX];
static size_t root_length;
static const char *lie;
static int log_fd = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int plain_open(const char *path, int flags) {
    int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    return real_open(path, flags, 0600);
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("STAVE_SHIM_ROOT"), *file = getenv("STAVE_SHIM_CONTROL"), *log = getenv("STAVE_SHIM_LOG");
    lie = getenv("STAVE_SHIM_LIE");
    if (!folder || !realpath(folder, root)) return;
    root_length = strlen(root);
    if (file) {
        int fd = plain_open(file, O_RDWR);
        if (fd >= 0) {
            void *map = mmap(NULL, SLOTS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            if (map != MAP_FAILED) control = map;
            close(fd);
        }
    }
    if (log) log_fd = plain_open(log, O_WRONLY | O_CREAT | O_APPEND);
}

static int below(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* The path of a descriptor below the root, relative to it; NULL where it is elsewhere. */
static const char *of(int fd, char *buffer) {
    char link[64];
    if (!root_length) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length <= 0) return NULL;
    buffer[length] = 0;
    char *gone = strstr(buffer, " (deleted)");
    if (gone) *gone = 0;
    return below(buffer) ? buffer + root_length : NULL;
}

static const char *absolute(const char *path, char *buffer) {
    if (!root_length) return NULL;
    if (path[0] != '/') {
        if (!getcwd(buffer, PATH_MAX)) return NULL;
        strncat(buffer, "/", PATH_MAX - strlen(buffer) - 1);
        strncat(buffer, path, PATH_MAX - strlen(buffer) - 1);
    } else {
        snprintf(buffer, PATH_MAX, "%s", path);
    }
    return below(buffer) ? buffer + root_length : NULL;
}

static int needs_room(int op) {
    return op == OP_WRITE || op == OP_CREATE || op == OP_MKDIR;
}

/* Counts an operation; returns the errno with which it is to fail, or 0. */
static int fails(int op) {
    if (!control) return 0;
    uint64_t count = __atomic_add_fetch(&control[COUNT], 1, __ATOMIC_SEQ_CST), at = control[FAIL_AT];
    if (!at || count < at) return 0;
    int why = (int)control[ERRNO];
    if (why == KILL) raise(SIGKILL);
    if (count > at && !(control[STICKY] && (why != ENOSPC || needs_room(op)))) return 0;
    if (count == at) control[FAILED] = (uint64_t)op;
    return why;
}

static void note(uint8_t op, const char *path, uint64_t offset, const struct iovec *data, int pieces, uint64_t length) {
    if (log_fd < 0) return;
    uint32_t path_length = (uint32_t)strlen(path);
    struct iovec record[5 + 16] = {
        {&op, 1}, {&path_length, 4}, {(void *)path, path_length}, {&offset, 8}, {&length, 8},
    };
    ssize_t (*real_writev)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    int used = 5;
    uint64_t left = length;
    for (int i = 0; i < pieces && used < 21 && left; i++) {
        record[used] = data[i];
        if (record[used].iov_len > left) record[used].iov_len = left;
        left -= record[used++].iov_len;
    }
    real_writev(log_fd, record, used);
}

static ssize_t written(int fd, const char *path, uint64_t offset, const struct iovec *data, int pieces, ssize_t done) {
    (void)fd;
    if (done > 0) note(OP_WRITE, path, offset, data, pieces, (uint64_t)done);
    return done;
}

#define GUARD_AFTER(op, path, first) \
    int why = (path) ? fails(op) : 0; \
    if (why) { first; errno = why; return -1; } \
    int locked = (path) && log_fd >= 0; \
    if (locked) pthread_mutex_lock(&turn)
#define GUARD(op, path) GUARD_AFTER(op, path, (void)0)
#define DONE if (locked) pthread_mutex_unlock(&turn)

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    char buffer[PATH_MAX];
    const char *path = of(fd, buffer);
    GUARD_AFTER(OP_WRITE, path, (void)!real(fd, data, length / 2));
    off_t at = 0;
    if (locked) {
        struct stat about;
        at = (fcntl(fd, F_GETFL) & O_APPEND) && !fstat(fd, &about) ? about.st_size : lseek(fd, 0, SEEK_CUR);
    }
    ssize_t done = real(fd, data, length);
    struct iovec piece = {(void *)data, length};
    if (locked) written(fd, path, (uint64_t)at, &piece, 1, done);
    DONE;
    return done;
}

ssize_t writev(int fd, const struct iovec *data, int pieces) {
    REAL(writev);
    char buffer[PATH_MAX];
    const char *path = of(fd, buffer);
    GUARD(OP_WRITE, path);
    off_t at = locked ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = real(fd, data, pieces);
    if (locked) written(fd, path, (uint64_t)at, data, pieces, done);
    DONE;
    return done;
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t length, off_t at) { \
        REAL(name); \
        char buffer[PATH_MAX]; \
        const char *path = of(fd, buffer); \
        GUARD_AFTER(OP_WRITE, path, (void)!real(fd, data, length / 2, at)); \
        ssize_t done = real(fd, data, length, at); \
        struct iovec piece = {(void *)data, length}; \
        if (locked) written(fd, path, (uint64_t)at, &piece, 1, done); \
        DONE; \
        return done; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define SYNC(name) \
    int name(int fd) { \
        REAL(name); \
        char buffer[PATH_MAX]; \
        const char *path = of(fd, buffer); \
        GUARD(OP_SYNC, path); \
        int untrue = path && lie && strstr(path, lie); \
        int done = untrue ? 0 : real(fd); \
        if (locked && !done && !untrue) note(OP_SYNC, path, 0, NULL, 0, 0); \
        DONE; \
        return done; \
    }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(name) \
    int name(int fd, off_t length) { \
        REAL(name); \
        char buffer[PATH_MAX]; \
        const char *path = of(fd, buffer); \
        GUARD(OP_TRUNCATE, path); \
        int done = real(fd, length); \
        if (locked && !done) note(OP_TRUNCATE, path, (uint64_t)length, NULL, 0, 0); \
        DONE; \
        return done; \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define OPEN(name) \
    int name(const char *given, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, int) : 0; \
        va_end(rest); \
        char buffer[PATH_MAX]; \
        const char *path = (flags & O_CREAT) ? absolute(given, buffer) : NULL; \
        int isnew = path && access(given, F_OK); \
        GUARD(OP_CREATE, isnew ? path : NULL); \
        int fd = real(given, flags, mode); \
        if (locked && fd >= 0) note(OP_CREATE, path, 0, NULL, 0, 0); \
        DONE; \
        return fd; \
    }
OPEN(open)
OPEN(open64)

int rename(const char *from, const char *to) {
    REAL(rename);
    char one[PATH_MAX], two[PATH_MAX];
    const char *path = absolute(from, one), *target = absolute(to, two);
    GUARD(OP_RENAME, path);
    int done = real(from, to);
    struct iovec piece = {(void *)target, target ? strlen(target) : 0};
    if (locked && !done && target) note(OP_RENAME, path, 0, &piece, 1, piece.iov_len);
    DONE;
    return done;
}

#define PATHWISE(name, op, rest_declared, rest_passed, afterwards) \
    int name rest_declared { \
        REAL(name); \
        char buffer[PATH_MAX]; \
        const char *path = absolute(given, buffer); \
        GUARD(op, path); \
        int done = real rest_passed; \
        if (locked && !done) note(op, path, 0, NULL, 0, 0); \
        afterwards; \
        DONE; \
        return done; \
    }
#define NOTHING_MORE (void)0
#define ROOM_COMES_BACK \
    if (control && path && !done && !strcmp(path, "/room") && control[ERRNO] == ENOSPC) control[FAIL_AT] = 0
PATHWISE(unlink, OP_UNLINK, (const char *given), (given), ROOM_COMES_BACK)
PATHWISE(mkdir, OP_MKDIR, (const char *given, mode_t mode), (given, mode), NOTHING_MORE)
