#pragma once
// Counters, gauges and histograms, declared beside the code that moves them and shown on /metrics. Any thread, no locks to count.
//   inline metrics::Counter accepted{"skybridge_smtp_accepted_messages_total", "Messages accepted and durable."};
//   inline metrics::CounterFamily commands{"skybridge_imap_commands_total", "Commands by verb and outcome.", {"verb", "outcome"}};
//   accepted.add();  commands.with({"FETCH", "ok"}).add();
// Label values come from the code (verbs of a table, outcomes), never from a peer: each new set of values lives for ever.
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sky::metrics {

// Base of all: enters the process's registry for as long as it lives. Names and texts must be in static storage.
class Metric {
  public:
    Metric(std::string_view name, std::string_view help, std::string_view type);
    virtual ~Metric();
    Metric(const Metric&) = delete;
    Metric& operator=(const Metric&) = delete;
    // The samples in Prometheus's text format 0.0.4.
    virtual void expose(std::string& out) const = 0;
    void expose_head(std::string& out) const;
    std::string_view name() const { return name_; }

  protected:
    std::string_view name_, help_, type_;
};

class CounterCell {
  public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

class GaugeCell {
  public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    void sub(std::int64_t n = 1) { value_.fetch_sub(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_{0};
};

// Seconds in fixed buckets from 0.5 ms to 60 s.
class HistogramCell {
  public:
    static constexpr double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
    void observe(double seconds);
    void expose(std::string& out, std::string_view name, std::string_view labels) const;
    std::uint64_t count() const;

  private:
    std::atomic<std::uint64_t> buckets_[std::size(bounds) + 1]{};
    std::atomic<std::uint64_t> sum_micros_{0};
};

class Counter final : public Metric, public CounterCell {
  public:
    Counter(std::string_view name, std::string_view help) : Metric(name, help, "counter") {}
    void expose(std::string& out) const override;
};

class Gauge final : public Metric, public GaugeCell {
  public:
    Gauge(std::string_view name, std::string_view help) : Metric(name, help, "gauge") {}
    void expose(std::string& out) const override;
};

class Histogram final : public Metric, public HistogramCell {
  public:
    Histogram(std::string_view name, std::string_view help) : Metric(name, help, "histogram") {}
    void expose(std::string& out) const override;
};

// One Cell per set of label values. with() takes a lock: keep the reference where it is hot; references stay valid.
template <class Cell>
class Family final : public Metric {
  public:
    Family(std::string_view name, std::string_view help, std::initializer_list<std::string_view> labels);
    Cell& with(std::initializer_list<std::string_view> values);
    void expose(std::string& out) const override;

  private:
    std::vector<std::string_view> labels_;
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Cell>, std::less<>> cells_;  // by rendered labels
};
extern template class Family<CounterCell>;
extern template class Family<GaugeCell>;
extern template class Family<HistogramCell>;
using CounterFamily = Family<CounterCell>;
using GaugeFamily = Family<GaugeCell>;
using HistogramFamily = Family<HistogramCell>;

// All metrics of the process, sorted by name, with the process's own (CPU seconds, resident octets, open files, start time).
std::string expose_all();

}  // namespace sky::metrics
