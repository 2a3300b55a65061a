using System.Collections.Concurrent;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Threads of their own, on each of which the tensor library computes with that thread alone. Its count of threads is a setting of each
/// thread, so it must not stay behind in the thread pool; and what it sets up for a new thread costs a tenth of a small matrix's time, so
/// the threads are kept. Thread-safe.
/// </summary>
internal sealed class SingleThreadWorkers : IDisposable
{
    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;

    public SingleThreadWorkers(int count)
    {
        int setting = get_num_threads();
        using var ready = new CountdownEvent(count);
        _threads = [.. Enumerable.Range(1, count).Select(number =>
            new Thread(() => Serve(ready)) { IsBackground = true, Name = $"KappaTune worker {number}" })];
        foreach (Thread thread in _threads)
            thread.UnsafeStart(); // without the context of the caller, whom they may outlive
        ready.Wait();
        set_num_threads(setting); // new threads start with what any thread has set last
    }

    /// <summary>Runs <paramref name="work"/> on one of the threads, and waits for its result; its exception is the caller's.</summary>
    public T Run<T>(Func<T> work)
    {
        var task = new Task<T>(work);
        _tasks.Add(task);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs <paramref name="work"/> on each index; returns when all have ended, even if one of them failed.</summary>
    public void Run(IEnumerable<int> indices, Action<int> work)
    {
        Task[] tasks = [.. indices.Select(index => new Task(() => work(index)))];
        foreach (Task task in tasks)
            _tasks.Add(task);
        Task.WhenAll(tasks).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _tasks.CompleteAdding();
        foreach (Thread thread in _threads)
            thread.Join();
        _tasks.Dispose();
    }

    private void Serve(CountdownEvent ready)
    {
        _ = get_num_threads(); // a thread's first use takes over what others have set, which must not come after this
        set_num_threads(1);
        ready.Signal();
        foreach (Task task in _tasks.GetConsumingEnumerable())
            task.RunSynchronously(TaskScheduler.Default);
    }
}
