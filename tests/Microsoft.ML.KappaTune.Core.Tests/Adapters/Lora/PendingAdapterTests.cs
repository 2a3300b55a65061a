using System.Diagnostics;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>A save over an adapter of another configuration, ended at any moment, leaves the old one or the new one.</summary>
public sealed class PendingAdapterTests : IDisposable
{
    private const string Config = "adapter_config.json", Weights = "adapter_model.safetensors";
    private const int Kills = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Which of each file stands at its place when the process ends, and with it which adapter counts. What isn't there yet, waits.
    /// </summary>
    [Theory]
    [InlineData(".adapter.new.tmp", "old", "old", 1)]
    [InlineData(".adapter.new", "old", "old", 2)]
    [InlineData(".adapter.new", "none", "old", 2)]
    [InlineData(".adapter.new", "none", "new", 2)]
    [InlineData(".adapter.new", "new", "new", 2)]
    public void Every_step_of_a_save_leaves_a_whole_adapter(string waiting, string config, string weights, int expected)
    {
        Save(_folder.File("old"), 1);
        Save(_folder.File("new"), 2);
        string target = Directory.CreateDirectory(_folder.File("target")).FullName;
        string pending = Directory.CreateDirectory(Path.Combine(target, waiting)).FullName;
        Put(Config, config);
        Put(Weights, weights);
        Assert.Equal(expected, Read(target));
        Assert.Equal(expected, Read(target));

        // The next save goes on from there, whichever adapter it saves.
        Save(target, 2);
        Assert.Equal(2, Read(target));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.File("new"), Config)), File.ReadAllBytes(Path.Combine(target, Config)));
        if (expected == 2)
            Assert.False(Directory.Exists(pending));

        void Put(string file, string state)
        {
            if (state != "none")
                File.Copy(Path.Combine(_folder.File(state), file), Path.Combine(target, file));
            if (state != "new")
                File.Copy(Path.Combine(_folder.File("new"), file), Path.Combine(pending, file));
        }
    }

    [Fact]
    public void Ended_at_any_moment_a_save_leaves_a_whole_adapter()
    {
        string target = _folder.File("target");
        var random = new Random(3);
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = TunerProcess.Start("save-adapters", target);
            Assert.Equal("saved both", process.StandardOutput.ReadLine());
            TunerProcess.KillAfter(process, TimeSpan.FromMilliseconds(10 * random.NextDouble()));
            process.WaitForExit();
            Assert.InRange(Read(target), 1, 2);
            // Who knows of these two files only finds one adapter or none, never a mixture.
            if (!File.Exists(Path.Combine(target, Config)))
                continue;
            string plain = Directory.CreateDirectory(_folder.File($"plain-{kill}")).FullName;
            foreach (string file in (string[])[Config, Weights])
                File.Copy(Path.Combine(target, file), Path.Combine(plain, file));
            Assert.InRange(Read(plain), 1, 2);
        }
    }

    /// <summary>As the program saves them: 1 or 2, by which alpha and all values can be told.</summary>
    private static void Save(string folder, int which)
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(2, alpha: 4 * which), seed: 1);
        using (no_grad())
        {
            foreach ((_, Parameter parameter) in adapters.Parameters)
                parameter.fill_(which);
        }

        adapters.Save(folder, null, []);
    }

    /// <summary>Which of the two it is, by its configuration and by all of its values.</summary>
    private static int Read(string folder)
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Load(model, folder);
        int which = (int)(adapters.ByModule.Values.First().Settings.Alpha / 4);
        Assert.All(adapters.Parameters, named => Assert.All(LoraSample.Values(named.Parameter), value => Assert.Equal(which, value)));
        return which;
    }
}
