#include "main_loop.h"

#include <glib.h>
#include <utility>

namespace relay {

void post(std::function<void()> work) {
  using held = std::function<void()>;
  auto run = [](gpointer data) -> gboolean {
    (*static_cast<held*>(data))();
    return G_SOURCE_REMOVE;
  };
  auto destroy = [](gpointer data) { std::default_delete<held>{}(static_cast<held*>(data)); };
  g_idle_add_full(G_PRIORITY_DEFAULT, run, std::make_unique<held>(std::move(work)).release(), destroy);
}

struct timer::entry {
  std::function<void()> work;
  guint source = 0; // 0 once it has been removed
  bool again = false;
};

timer& timer::operator=(timer&& other) noexcept {
  if (this == &other) {
    return *this;
  }
  stop();
  entry_ = std::move(other.entry_);
  return *this;
}

timer timer::every(milliseconds period, std::function<void()> work) {
  return start(period, std::move(work), true);
}

timer timer::once(milliseconds delay, std::function<void()> work) {
  return start(delay, std::move(work), false);
}

timer timer::start(milliseconds period, std::function<void()> work, bool again) {
  using held = std::shared_ptr<entry>;
  timer made;
  made.entry_ = std::make_shared<entry>(std::move(work), 0U, again);
  auto run = [](gpointer data) -> gboolean {
    held kept = *static_cast<held*>(data);
    if (!kept->again) {
      kept->source = 0;
    }
    kept->work();
    return kept->again ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
  };
  auto destroy = [](gpointer data) { std::default_delete<held>{}(static_cast<held*>(data)); };
  made.entry_->source = g_timeout_add_full(G_PRIORITY_DEFAULT, static_cast<guint>(period.count()), run,
                                           std::make_unique<held>(made.entry_).release(), destroy);
  return made;
}

void timer::stop() noexcept {
  if (running()) {
    g_source_remove(std::exchange(entry_->source, 0));
  }
  entry_.reset();
}

bool timer::running() const noexcept { return entry_ && entry_->source != 0; }

} // namespace relay
