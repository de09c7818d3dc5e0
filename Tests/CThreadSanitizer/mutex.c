// Tells the thread sanitizer of Swift's Mutex.
//
// Its fast path is compiled into our code, where the sanitizer sees it. Who has to wait goes through the runtime library, which is not
// instrumented: the sanitizer then misses that the last owner is done, and reports a race of all that the mutex guards. These functions
// stand before the library's, call them, and say what happened. Nothing is suppressed: a race outside of a mutex is still reported.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef __attribute__((swiftcall)) void (*lock_function)(uint32_t thread, __attribute__((swift_context)) void *handle);
typedef __attribute__((swiftcall)) void (*unlock_function)(__attribute__((swift_context)) void *handle);

__attribute__((swiftcall)) void cthread_lock(uint32_t thread, __attribute__((swift_context)) void *handle) __asm__(LOCK);
__attribute__((swiftcall)) void cthread_unlock(__attribute__((swift_context)) void *handle) __asm__(UNLOCK);

__attribute__((swiftcall)) void cthread_lock(uint32_t thread, __attribute__((swift_context)) void *handle) {
    lock_function lock = (lock_function)dlsym(RTLD_NEXT, LOCK);
    lock(thread, handle);
    __tsan_acquire(handle);
}

__attribute__((swiftcall)) void cthread_unlock(__attribute__((swift_context)) void *handle) {
    unlock_function unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
    __tsan_release(handle);
    unlock(handle);
}

#endif
#endif
