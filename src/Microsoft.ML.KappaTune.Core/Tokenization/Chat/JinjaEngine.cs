using Acornima.Ast;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// One template in the official interpreter, @huggingface/jinja, which runs in Jint, with our scripts that give it Python's ways. It has
/// bounds of time, memory and depth, and reaches nothing outside. One thread may use it at a time; after an exception it isn't used again.
/// </summary>
internal sealed class JinjaEngine : IDisposable
{
    // A real template takes milliseconds, some megabytes, and tens of calls of one function within each other.
    private const int MostMegabytes = 256, DeepestCalls = 200;

    // Jint takes 2 to 3 KB for a call, and bounds those of each function: about a hundred functions fit into this. A thread of the pool
    // may have 1.5 MB, so that scripts run on one of their own.
    private const int StackSize = 64 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // In this order. The first two are the package's file, and what it exports to.
    private static readonly Lazy<Prepared<Script>[]> Scripts = new(() =>
    [
        Engine.PrepareScript("var module = { exports: {} };"),
        .. ((string[])["index.cjs", "values.js", "operators.js", "filters.js", "statements.js"]).Select(Prepare),
    ]);

    private readonly Engine _engine;

    /// <exception cref="JinjaException">The template isn't valid.</exception>
    public JinjaEngine(string template)
    {
        _engine = new Engine(options => options
            .LimitMemory(MostMegabytes * 1_000_000L).LimitRecursion(DeepestCalls).TimeoutInterval(Longest).RegexTimeoutInterval(Longest));
        Run(() =>
        {
            foreach (Prepared<Script> script in Scripts.Value)
                _engine.Execute(script);
            return _engine.Invoke("readTemplate", template);
        });
    }

    /// <param name="variables">As <see cref="JinjaValues"/> writes them.</param>
    /// <param name="marks">Three characters that are in none of them.</param>
    /// <param name="clock">What <c>strftime_now</c> reads.</param>
    /// <exception cref="JinjaException">The template refuses the variables, fails, or takes too long.</exception>
    public string Render(string variables, string marks, TimeProvider clock)
    {
        Func<string, string> formatNow = format => PythonTime.Format(clock.GetLocalNow(), format);
        return Run(() => _engine.Invoke("renderTemplate", variables, marks, formatNow)).AsString();
    }

    /// <summary>Runs a script on a stack that is deep enough, and turns all that can go wrong in it into one exception.</summary>
    private static JsValue Run(Func<JsValue> script)
    {
        JsValue result = JsValue.Undefined;
        Exception? failure = null;
        var thread = new Thread(Work, StackSize) { IsBackground = true };
        thread.Start();
        thread.Join();
        return failure is null ? result : throw Explain(failure);

        void Work()
        {
            try
            {
                result = script();
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    public void Dispose() => _engine.Dispose();

    private static JinjaException Explain(Exception failure) => failure switch
    {
        JavaScriptException { Error: { } error } e when error.IsObject() && error.AsObject().Get("name").ToString() == "Refusal" =>
            new(JinjaFault.Refusal, e.Message, e),
        JavaScriptException e => new(JinjaFault.Error, e.Message, e),
        RecursionDepthOverflowException => new(JinjaFault.Limit, "it nests too deeply", failure),
        TimeoutException or System.Text.RegularExpressions.RegexMatchTimeoutException =>
            new(JinjaFault.Limit, $"it takes longer than {Longest.TotalSeconds} seconds", failure),
        MemoryLimitExceededException or OutOfMemoryException =>
            new(JinjaFault.Limit, $"it needs more than {MostMegabytes} MB of memory", failure),
        _ => new(JinjaFault.Error, failure.Message, failure),
    };

    private static Prepared<Script> Prepare(string name)
    {
        using Stream stream = typeof(JinjaEngine).Assembly.GetManifestResourceStream($"Jinja/{name}")!;
        using var reader = new StreamReader(stream);
        return Engine.PrepareScript(reader.ReadToEnd(), name);
    }
}
