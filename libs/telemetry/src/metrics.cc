#include "sky/telemetry/metrics.h"

#include <dirent.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

// Of the address sanitizer's allocator, where a build has it: glibc's own knows nothing then.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

namespace sky::metrics {
namespace {
struct Registry {
    std::mutex mutex;
    std::vector<const Metric*> metrics;
};
Registry& registry() {
    static auto* const the = new Registry;  // outlives every static metric
    return *the;
}

std::string label_text(const std::vector<std::string_view>& labels, std::initializer_list<std::string_view> values) {
    std::string out;
    auto value = values.begin();
    for (const auto label : labels) {
        if (!out.empty()) out += ',';
        out += label;
        out += "=\"";
        for (const char c : value == values.end() ? std::string_view() : *value++) {
            if (c == '\n')
                out += "\\n";
            else {
                if (c == '"' || c == '\\') out += '\\';
                out += c;
            }
        }
        out += '"';
    }
    return out;
}

void expose_cell(std::string& out, std::string_view name, std::string_view labels, const CounterCell& cell) {
    fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name, labels, cell.value());
}
void expose_cell(std::string& out, std::string_view name, std::string_view labels, const GaugeCell& cell) {
    fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name, labels, cell.value());
}
void expose_cell(std::string& out, std::string_view name, std::string_view labels, const HistogramCell& cell) {
    cell.expose(out, name, labels);
}

std::size_t open_files() {
    DIR* folder = ::opendir("/proc/self/fd");
    if (!folder) return 0;
    std::size_t count = 0;
    while (::readdir(folder)) ++count;
    ::closedir(folder);
    return count - std::min<std::size_t>(count, 3);  // ".", ".." and the folder itself
}

// What the process holds by malloc and new, without what the allocator keeps free.
std::size_t heap_octets() {
    if (__sanitizer_get_current_allocated_bytes != nullptr) return __sanitizer_get_current_allocated_bytes();
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

void expose_process(std::string& out) {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    fmt::format_to(std::back_inserter(out),
                   "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total {}\n"
                   "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {}\n"
                   "# TYPE process_heap_bytes gauge\nprocess_heap_bytes {}\n"
                   "# TYPE process_open_fds gauge\nprocess_open_fds {}\n",
                   seconds(usage.ru_utime) + seconds(usage.ru_stime), pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)),
                   heap_octets(), open_files());
}
}  // namespace

Metric::Metric(std::string_view name, std::string_view help, std::string_view type) : name_(name), help_(help), type_(type) {
    const std::scoped_lock lock(registry().mutex);
    registry().metrics.push_back(this);
}
Metric::~Metric() {
    const std::scoped_lock lock(registry().mutex);
    std::erase(registry().metrics, this);
}
void Metric::expose_head(std::string& out) const {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name_, help_, name_, type_);
}

void Counter::expose(std::string& out) const { fmt::format_to(std::back_inserter(out), "{} {}\n", name_, value()); }
void Gauge::expose(std::string& out) const { fmt::format_to(std::back_inserter(out), "{} {}\n", name_, value()); }
void Histogram::expose(std::string& out) const { HistogramCell::expose(out, name_, {}); }

void HistogramCell::observe(double seconds) {
    const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds, seconds) - std::begin(bounds));
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_micros_.fetch_add(static_cast<std::uint64_t>(std::max(0.0, seconds) * 1e6), std::memory_order_relaxed);
}
std::uint64_t HistogramCell::count() const {
    std::uint64_t total = 0;
    for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
    return total;
}
void HistogramCell::expose(std::string& out, std::string_view name, std::string_view labels) const {
    const std::string comma = labels.empty() ? "" : ",";
    const std::string braced = labels.empty() ? "" : fmt::format("{{{}}}", labels);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= std::size(bounds); ++i) {
        below += buckets_[i].load(std::memory_order_relaxed);
        const std::string bound = i < std::size(bounds) ? fmt::format("{}", bounds[i]) : "+Inf";
        fmt::format_to(std::back_inserter(out), "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, below);
    }
    fmt::format_to(std::back_inserter(out), "{}_sum{} {}\n{}_count{} {}\n", name, braced,
                   static_cast<double>(sum_micros_.load(std::memory_order_relaxed)) / 1e6, name, braced, below);
}

template <class Cell>
Family<Cell>::Family(std::string_view name, std::string_view help, std::initializer_list<std::string_view> labels)
    : Metric(name, help,
             std::is_same_v<Cell, CounterCell> ? "counter"
             : std::is_same_v<Cell, GaugeCell> ? "gauge"
                                               : "histogram"),
      labels_(labels) {}

template <class Cell>
Cell& Family<Cell>::with(std::initializer_list<std::string_view> values) {
    std::string key = label_text(labels_, values);
    const std::scoped_lock lock(mutex_);
    auto& cell = cells_[std::move(key)];
    if (!cell) cell = std::make_unique<Cell>();
    return *cell;
}

template <class Cell>
void Family<Cell>::expose(std::string& out) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [labels, cell] : cells_) expose_cell(out, name_, labels, *cell);
}

template class Family<CounterCell>;
template class Family<GaugeCell>;
template class Family<HistogramCell>;

std::string expose_all() {
    std::vector<const Metric*> sorted;
    std::string out;
    const std::scoped_lock lock(registry().mutex);
    sorted = registry().metrics;
    std::ranges::sort(sorted, {}, [](const Metric* metric) { return metric->name(); });
    for (const auto* metric : sorted) {
        metric->expose_head(out);
        metric->expose(out);
    }
    expose_process(out);
    return out;
}

}  // namespace sky::metrics
