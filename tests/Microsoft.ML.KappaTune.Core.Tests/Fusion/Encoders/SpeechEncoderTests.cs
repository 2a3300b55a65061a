using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

/// <summary>Pre-trained encoders give what their authors' own code gives.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SpeechEncoderTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => [.. RecordedEncoder.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_row_has_its_recorded_states_alone_and_among_others(string name)
    {
        using Module module = new(name);
        using var guard = no_grad();
        (float[] Frames, float[] States)[] cases = RecordedEncoder.Cases(name);
        Frames[] rows = [.. cases.Select(its => new Frames(its.Frames, module.Config.FrameSize).For(module.Config))];
        for (int row = 0; row < rows.Length; row++)
            AssertStates(cases[row].States, module.Encode(rows[row])[0]);

        float[][] together = module.Encode(rows);
        for (int row = 0; row < rows.Length; row++)
            AssertStates(cases[row].States, together[row]);
        Assert.Equal(
            cases.Select(its => its.States.Length / module.Config.EncoderSize), rows.Select(row => module.Config.StateCount(row.Count)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Rows_too_short_for_a_state_have_none(string name)
    {
        using Module module = new(name);
        using var guard = no_grad();
        var none = new Frames([], module.Config.FrameSize);
        Assert.Equal(0, module.Config.StateCount(0));
        Assert.All(module.Encode(none)[0], value => Assert.Equal(0, value));
        // Beside another they change nothing.
        (float[] Frames, float[] States) recorded = RecordedEncoder.Cases(name)[0];
        float[][] both = module.Encode(none, new Frames(recorded.Frames, module.Config.FrameSize).For(module.Config));
        Assert.All(both[0], value => Assert.Equal(0, value));
        AssertStates(recorded.States, both[1]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_weight_has_a_gradient_and_no_tensor_stays(string name)
    {
        using Module module = new(name);
        (float[] Frames, float[] _)[] cases = RecordedEncoder.Cases(name);
        Frames[] rows = [.. cases.Select(its => new Frames(its.Frames, module.Config.FrameSize))];
        Backward();
        foreach ((string parameter, TorchSharp.Modules.Parameter values) in module.named_parameters())
        {
            float[] gradient = values.grad!.contiguous().data<float>().ToArray();
            Assert.All(gradient, value => Assert.True(float.IsFinite(value), parameter));
            // What is added to all keys changes no weight of attention.
            Assert.True(
                gradient.Any(value => value != 0) || parameter.EndsWith("k_proj.bias", StringComparison.Ordinal),
                $"{parameter} has no gradient");
        }

        long before = LiveTensors.Settled();
        Backward();
        LiveTensors.AssertAre(before);

        void Backward()
        {
            using var scope = NewDisposeScope();
            // No sum of a norm's outputs has a gradient.
            module.Forward(rows).exp().sum().backward();
        }
    }

    [Fact]
    public void Whisper_takes_no_more_frames_than_it_has_positions_for()
    {
        using Module module = new(RecordedEncoder.Whisper);
        using var guard = no_grad();
        Assert.Equal(24, module.Config.MaximumFrames);
        Assert.Null(module.Config.FindExcess(24));
        Assert.Equal("The recording has 25 frames, and the encoder takes 24. Cut it where nobody speaks.", module.Config.FindExcess(25));
        var e = Assert.Throws<ArgumentException>(() => module.Encode(new Frames(new float[25 * 6], 6)));
        Assert.Contains("A row has 25 frames, and the encoder takes 24.", e.Message);
    }

    private static void AssertStates(float[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance);
        Assert.All(actual[expected.Length..], value => Assert.Equal(0, value));
    }

    /// <summary>An encoder by itself.</summary>
    private sealed class Module : nn.Module
    {
        private readonly IFrameEncoder _encoder;

        public Module(string name) : base(name)
        {
            using SpeechEncoderModel model = SpeechEncoderModel.Open(RecordedEncoder.Folder(name), warning => Assert.Fail(warning));
            Config = FusionConfig.Create(new(), model.Config, model.Sound.Normalizes, decoderSize: 1);
            _encoder = model.Config.NewEncoder(new ModuleTree(this, FusionParts.Encoder(Config), ScalarType.Float32, CPU));
            model.CopyTo(this);
        }

        public FusionConfig Config { get; }

        public Tensor Forward(params Frames[] rows) => _encoder.Encode(FrameBatch.Create(rows, CPU), ScalarType.Float32);

        /// <summary>Each row's states, and what is behind them.</summary>
        public float[][] Encode(params Frames[] rows)
        {
            using var scope = NewDisposeScope();
            Tensor states = Forward(rows);
            return [.. Enumerable.Range(0, rows.Length).Select(row => states[row].contiguous().data<float>().ToArray())];
        }

        protected override void RegisterComponents()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _encoder.Dispose();
            base.Dispose(disposing);
        }
    }
}
