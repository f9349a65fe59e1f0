#include "sky/telemetry/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "process.h"

namespace sky::metrics {
namespace {

struct Registry {
    std::mutex mutex;
    std::vector<const Metric*> metrics;
};

// Made by the first metric, which may be before main; never destroyed, because statics of other files may outlive it.
Registry& registry() {
    static auto* made = new Registry;
    return *made;
}

void append_label_value(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels, const std::string& value) {
    out += name;
    out += suffix;
    if (!labels.empty()) {
        out += '{';
        out += labels;
        out += '}';
    }
    out += ' ';
    out += value;
    out += '\n';
}

std::string decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

void expose_cell(std::string& out, std::string_view name, std::string_view labels, const CounterCell& cell) {
    append_sample(out, name, "", labels, std::to_string(cell.value()));
}
void expose_cell(std::string& out, std::string_view name, std::string_view labels, const GaugeCell& cell) {
    append_sample(out, name, "", labels, std::to_string(cell.value()));
}
void expose_cell(std::string& out, std::string_view name, std::string_view labels, const HistogramCell& cell) {
    cell.expose(out, name, labels);
}

template <class Cell>
constexpr std::string_view type_of() {
    if constexpr (std::is_same_v<Cell, CounterCell>) return "counter";
    if constexpr (std::is_same_v<Cell, GaugeCell>) return "gauge";
    return "histogram";
}

}  // namespace

Metric::Metric(std::string_view name, std::string_view help, std::string_view type) : name_(name), help_(help), type_(type) {
    const std::lock_guard lock(registry().mutex);
    registry().metrics.push_back(this);
}

Metric::~Metric() {
    const std::lock_guard lock(registry().mutex);
    std::erase(registry().metrics, this);
}

void Metric::expose_head(std::string& out) const {
    out += "# HELP ";
    out += name_;
    out += ' ';
    out += help_;
    out += "\n# TYPE ";
    out += name_;
    out += ' ';
    out += type_;
    out += '\n';
}

void Counter::expose(std::string& out) const { expose_cell(out, name_, "", *this); }
void Gauge::expose(std::string& out) const { expose_cell(out, name_, "", *this); }
void Histogram::expose(std::string& out) const { HistogramCell::expose(out, name_, ""); }

void HistogramCell::observe(double seconds) {
    if (!(seconds >= 0)) seconds = 0;
    const auto place = std::lower_bound(std::begin(bounds), std::end(bounds), seconds) - std::begin(bounds);
    buckets_[place].fetch_add(1, std::memory_order_relaxed);
    sum_micros_.fetch_add(static_cast<std::uint64_t>(std::llround(std::min(seconds, 1e9) * 1e6)), std::memory_order_relaxed);
}

std::uint64_t HistogramCell::count() const {
    std::uint64_t out = 0;
    for (const auto& bucket : buckets_) out += bucket.load(std::memory_order_relaxed);
    return out;
}

void HistogramCell::expose(std::string& out, std::string_view name, std::string_view labels) const {
    std::uint64_t total = 0;
    const std::string before = labels.empty() ? "" : std::string(labels) + ",";
    for (std::size_t i = 0; i < std::size(buckets_); ++i) {
        total += buckets_[i].load(std::memory_order_relaxed);
        const std::string bound = i < std::size(bounds) ? decimal(bounds[i]) : "+Inf";
        append_sample(out, name, "_bucket", before + "le=\"" + bound + "\"", std::to_string(total));
    }
    append_sample(out, name, "_sum", labels, decimal(static_cast<double>(sum_micros_.load(std::memory_order_relaxed)) / 1e6));
    append_sample(out, name, "_count", labels, std::to_string(total));
}

template <class Cell>
Family<Cell>::Family(std::string_view name, std::string_view help, std::initializer_list<std::string_view> labels)
    : Metric(name, help, type_of<Cell>()), labels_(labels) {}

template <class Cell>
Cell& Family<Cell>::with(std::initializer_list<std::string_view> values) {
    if (values.size() != labels_.size()) std::abort();  // our bug
    std::string rendered;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (i > 0) rendered += ',';
        rendered += labels_[i];
        rendered += "=\"";
        append_label_value(rendered, *(values.begin() + i));
        rendered += '"';
    }
    const std::lock_guard lock(mutex_);
    auto& cell = cells_[std::move(rendered)];
    if (!cell) cell = std::make_unique<Cell>();
    return *cell;
}

template <class Cell>
void Family<Cell>::expose(std::string& out) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [labels, cell] : cells_) expose_cell(out, name_, labels, *cell);
}

template class Family<CounterCell>;
template class Family<GaugeCell>;
template class Family<HistogramCell>;

std::string expose_all() {
    std::string out;
    {
        const std::lock_guard lock(registry().mutex);
        auto sorted = registry().metrics;
        std::sort(sorted.begin(), sorted.end(), [](const Metric* a, const Metric* b) { return a->name() < b->name(); });
        for (const Metric* metric : sorted) {
            metric->expose_head(out);
            metric->expose(out);
        }
    }
    expose_process(out);
    return out;
}

}  // namespace sky::metrics
