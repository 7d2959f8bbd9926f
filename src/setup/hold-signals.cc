// Holds signals back while TensorFlow computes on a thread. The matrix products of oneDNN (fixed there after 3.11) let
// the stack pointer walk through the heap, so that the handler of a signal that arrives meanwhile (an interrupt, a
// profiler's clock) writes its frame over other data. Threads that TensorFlow starts inherit that none arrives.

#include <signal.h>

#include "tensorflow/c/eager/c_api.h"

namespace {

// These come from the very instruction that runs, and cannot wait.
constexpr int kImmediate[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};

class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigfillset(&held);
    for (int signal : kImmediate) sigdelset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

// The linker's --wrap sends the addon's calls here.
extern "C" {

TFE_Context* __real_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status);
void __real_TFE_Execute(TFE_Op* op, TFE_TensorHandle** results, int* count, TF_Status* status);

TFE_Context* __wrap_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status) {
  HeldSignals held;
  return __real_TFE_NewContext(options, status);
}

void __wrap_TFE_Execute(TFE_Op* op, TFE_TensorHandle** results, int* count, TF_Status* status) {
  HeldSignals held;
  __real_TFE_Execute(op, results, count, status);
}

}  // extern "C"
