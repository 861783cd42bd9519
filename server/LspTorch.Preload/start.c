/*
 * What is native code from the first: run by the dynamic linker when the library is loaded, before the interpreter's main function. It asks
 * CPython to be told when the main file is about to run; until then nothing of the .NET runtime is started, so that this happens in a
 * complete process, outside the linker's locks. The runtime's signal handlers are taken back: what a signal does is the program's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern int lsptorch_prepare(const char *options);
extern void lsptorch_run(void *arguments, int is_file);
extern void lsptorch_audited(const char *event, void *arguments);

static char *options;

#define LOW 256

/* Takes the free descriptors below 256 while the runtime opens its own: the program finds the low ones free. */
static int hold_descriptors(int *low)
{
    int count = 0, next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (next >= 0 && next < LOW && count < LOW) {
        low[count++] = next;
        next = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
    }
    if (next >= LOW) close(next);
    return count;
}

static int told(const char *event, void *arguments, void *nothing)
{
    static int entered, recording;
    struct sigaction before[32];
    int is_file, ready, held, low[LOW];
    if (recording) {
        /* object.__getattr__, sys.set…, sys.addaudithook, sys.monitoring…, gc.get_… */
        if (event[0] == 'o' || event[0] == 's' || event[0] == 'g') lsptorch_audited(event, arguments);
        return 0;
    }
    is_file = strcmp(event, "cpython.run_file") == 0;
    if (entered || (!is_file && strcmp(event, "cpython.run_module") != 0)) return 0;
    entered = 1;
    for (int number = 1; number < 32; number++) sigaction(number, NULL, &before[number]);
    held = hold_descriptors(low);
    ready = lsptorch_prepare(options);
    while (held > 0) close(low[--held]);
    for (int number = 1; number < 32; number++) sigaction(number, &before[number], NULL);
    recording = ready;
    if (ready) lsptorch_run(arguments, is_file);
    return 0;
}

/* LSPTORCH_PRELOAD: options for lsptorch_prepare; "?" asks whether this interpreter can be recorded so. Children inherit nothing of it. */
__attribute__((constructor)) static void loaded(void)
{
    const char *given = getenv("LSPTORCH_PRELOAD"), *libraries = getenv("LD_PRELOAD"), *others;
    int (*add_hook)(int (*)(const char *, void *, void *), void *);
    if (given == NULL) return;
    options = strdup(given);
    unsetenv("LSPTORCH_PRELOAD");
    others = libraries == NULL ? NULL : strchr(libraries, ':');
    if (others == NULL) unsetenv("LD_PRELOAD");
    else setenv("LD_PRELOAD", others + 1, 1);
    *(void **)&add_hook = dlsym(RTLD_DEFAULT, "PySys_AddAuditHook");
    if (options == NULL || add_hook == NULL) return;
    if (strcmp(options, "?") == 0) setenv("LSPTORCH_PRELOADS", "1", 1);
    else add_hook(told, NULL);
}
