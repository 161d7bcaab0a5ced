// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

namespace asio {
class execution_context;
}

/// Where a shard's work is done.
namespace socketiopp::engine {

class lasting_place;

/// The one thread that a shard belongs to, as seen from everywhere else.
class place {
public:
  /// `context` is what Asio's objects are made with there, if there is one.
  explicit place(asio::execution_context* context = nullptr);
  place(place const&) = delete;
  place& operator=(place const&) = delete;

  /// Whether the caller is there already.
  virtual bool here() const = 0;
  /// Runs the work there, later, as an event of a turn. From any thread; in order for each of them. What one
  /// shard wants of another is handed over when its turn ends.
  virtual void post(unique_function<void()> work) = 0;

  /// The same place for those who may outlive it.
  std::shared_ptr<lasting_place> const& lasting() const { return lasting_; }

  /// From now on `lasting` takes no work. Called before anything ends that `post` needs, as other threads may
  /// be posting; it waits for those.
  void retire();

protected:
  ~place();

private:
  std::shared_ptr<lasting_place> lasting_;
};

/// A place for those who may outlive it, such as coroutines that wait for something else: what they post
/// after its end is dropped. From any thread.
class lasting_place : public std::enable_shared_from_this<lasting_place> {
public:
  lasting_place(place& of, asio::execution_context* context) : place_(&of), context_(context) {}

  /// What Asio's objects are made with there. It lives no longer than the place, unless it was borrowed.
  asio::execution_context& context() const { return *context_; }

  /// Whether the caller is there already.
  bool here() const {
    std::lock_guard const lock(mutex_);
    return place_ && place_->here();
  }

  /// Runs the work there, later, as an event of a turn.
  void post(unique_function<void()> work) {
    std::lock_guard const lock(mutex_);
    if (!place_) return;
    place_->post([self = shared_from_this(), work = std::move(work)] { self->run(work); });
  }

  /// Runs the work now if the caller is there already, else posts it.
  template <class Work> void dispatch(Work work) {
    if (here())
      work();
    else
      post(std::move(work));
  }

  /// Runs the work now. The caller is in an event of a turn.
  template <class Work> void run(Work const& work) {
    struct scope {
      ~scope() { inside = before; }
      std::atomic<void const*>& inside;
      void const* before;
    } const entered{inside_, inside_.exchange(&own_mark())};
    work();
  }
  /// Whether the caller is within `run`, and so in an event of a turn.
  bool inside() const { return inside_ == &own_mark(); }

private:
  friend place;

  mutable std::mutex mutex_;  // nobody posts to a place that is ending
  place* place_;              // null when it has ended
  asio::execution_context* context_;
  /// An object of the caller's thread, whose address tells threads apart: <thread> costs every file with
  /// handlers compile time.
  static char const& own_mark() {
    static thread_local char const mark = 0;
    return mark;
  }
  std::atomic<void const*> inside_ = nullptr;
};

inline place::place(asio::execution_context* context)
    : lasting_(std::make_shared<lasting_place>(*this, context)) {}

inline place::~place() { retire(); }

inline void place::retire() {
  std::lock_guard const lock(lasting_->mutex_);
  lasting_->place_ = nullptr;
}

}  // namespace socketiopp::engine
