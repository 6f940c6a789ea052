#pragma once
// What `top -H`, a debugger and a profile call a thread.

#include <pthread.h>

namespace cscan {

/// Of the calling thread. At most 15 bytes, or the kernel keeps the old name.
inline void name_this_thread(const char* name) { (void)pthread_setname_np(pthread_self(), name); }

}  // namespace cscan
