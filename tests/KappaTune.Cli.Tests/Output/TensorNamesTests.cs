using KappaTune.Cli.Output;

namespace KappaTune.Cli.Tests.Output;

/// <summary>Shortened names still tell tensors apart.</summary>
public class TensorNamesTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(30)]
    [InlineData(24)]
    public void An_encoder_s_names_differ(int length) => AllDiffer(length,
        from layer in Enumerable.Range(0, 12)
        from part in (string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
            "intermediate.dense", "output.dense"]
        select $"bert.encoder.layer.{layer}.{part}.weight");

    [Theory]
    [InlineData(40)]
    [InlineData(30)]
    public void A_decoder_s_experts_differ(int length) => AllDiffer(length,
        from layer in (int[])[0, 1, 31]
        from expert in (int[])[0, 7, 63]
        from part in (string[])["gate_proj", "up_proj", "down_proj"]
        select $"model.layers.{layer}.mlp.experts.{expert}.{part}.weight");

    [Fact]
    public void Two_towers_differ() => AllDiffer(36,
        from tower in (string[])["encoder", "decoder"]
        from layer in Enumerable.Range(0, 3)
        from part in (string[])["self_attn.q_proj", "fc1"]
        select $"model.{tower}.layers.{layer}.{part}.weight");

    [Fact]
    public void Names_that_fit_stay() => Assert.Equal("a.b.c", new TensorNames(["a.b.c", "a.b.d"]).Shorten("a.b.c", 5));

    [Fact]
    public void One_name_alone_keeps_its_layer_and_its_end()
    {
        const string Name = "bert.encoder.layer.11.attention.self.query.weight";
        Assert.Equal("…11.attention.self.query.weight", new TensorNames([Name]).Shorten(Name, 31));
    }

    [Fact]
    public void A_name_that_anyone_may_have_written_is_short_and_harmless()
    {
        string name = "\u001b[31m" + new string('x', 1000);
        string shown = new TensorNames([name]).Shorten(name, 20);
        Assert.Equal(20, shown.Length);
        Assert.DoesNotContain('\u001b', shown);
    }

    private static void AllDiffer(int length, IEnumerable<string> names)
    {
        string[] all = [.. names];
        var shortened = new TensorNames(all);
        string[] shown = [.. all.Select(name => shortened.Shorten(name, length))];
        Assert.All(shown, name => Assert.InRange(name.Length, 1, length));
        Assert.Equal(all.Length, shown.Distinct().Count());
    }
}
