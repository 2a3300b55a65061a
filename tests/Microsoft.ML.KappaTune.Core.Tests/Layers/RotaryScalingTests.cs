using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Tests.Layers;

/// <summary>The ways to stretch rotary embeddings: what is read, what is written, and the frequencies by the papers' formulas.</summary>
public sealed class RotaryScalingTests
{
    private const int Positions = 64;

    [Theory]
    [InlineData(""" "type":"linear","factor":4.0 """)]
    [InlineData(""" "rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":30 """)]
    [InlineData(""" "rope_type":"dynamic","factor":2.5 """)]
    [InlineData(""" "rope_type":"yarn","factor":4,"original_max_position_embeddings":16 """)]
    [InlineData(""" "type":"yarn","factor":40,"mscale":0.707,"mscale_all_dim":0.707,"beta_fast":16,"beta_slow":2,"truncate":false """)]
    [InlineData(""" "rope_type":"yarn","factor":2,"attention_factor":1.5 """)]
    [InlineData(""" "type":"longrope","short_factor":[1,2,3,4],"long_factor":[5,6,7,8.5] """)]
    [InlineData(""" "rope_type":"longrope","short_factor":[1,2,3,4],"long_factor":[5,6,7,8],"attention_factor":1.25 """)]
    public void What_is_written_reads_back_the_same(string fields)
    {
        RotaryScaling scaling = Read(fields)!;
        Assert.Equal(scaling, Read(scaling.ToJson().ToJsonString().Trim('{', '}', '\n', ' ')));
    }

    [Theory]
    [InlineData(""" "type":"su","short_factor":[1,2,3,4],"long_factor":[5,6,7,8] """)]
    [InlineData(""" "type":"yarn","short_factor":[1,2,3,4],"long_factor":[5,6,7,8] """)]
    public void Longrope_has_older_names(string fields) =>
        Assert.Equal(Read(fields.Replace("su", "longrope").Replace("yarn", "longrope")), Read(fields));

    [Theory]
    [InlineData(""" "rope_type":"dynamic","factor":0.5 """, "factor")]
    [InlineData(""" "rope_type":"yarn","factor":2,"beta_fast":1 """, "beta_fast")]
    [InlineData(""" "rope_type":"yarn","factor":2,"mscale":-1 """, "mscale")]
    [InlineData(""" "rope_type":"longrope","short_factor":[1,2,3,4] """, "long_factor")]
    [InlineData(""" "rope_type":"longrope","short_factor":[1,2,3],"long_factor":[5,6,7,8] """, "short_factor")]
    [InlineData(""" "rope_type":"longrope","short_factor":[1,2,0,4],"long_factor":[5,6,7,8] """, "short_factor")]
    [InlineData(""" "rope_type":"proportional","factor":2 """, "rope_type")]
    public void What_is_wrong_is_refused_by_name(string fields, string field) =>
        Assert.Equal(field, Assert.Throws<CheckpointFormatException>(() => Read(fields)).Field);

    [Fact]
    public void A_longer_text_than_was_trained_on_grows_the_base()
    {
        RotaryScaling scaling = Read(""" "rope_type":"dynamic","factor":2 """)!;
        Assert.Equal(Waves(100), scaling.Frequencies(8, 100, scaling.ClassOf(Positions)));
        Assert.Equal(Waves(100 * Math.Pow(2 * 96.0 / 64 - 1, 8 / 6.0)), scaling.Frequencies(8, 100, scaling.ClassOf(96)));
        Assert.NotEqual(scaling.ClassOf(96), scaling.ClassOf(97));
        Assert.Equal(2 * Positions, scaling.LongestText(Positions));
        Assert.Equal(Positions, scaling.Positions(2 * Positions));
        // One pair turns by one radian a token, whatever the base.
        Assert.Equal([1], scaling.Frequencies(2, 100, scaling.ClassOf(96)));
    }

    [Fact]
    public void Longrope_has_two_lists_and_one_factor()
    {
        RotaryScaling scaling = Read(
            """ "type":"longrope","short_factor":[1,2,3,4],"long_factor":[5,6,7,8],"original_max_position_embeddings":16 """)!;
        Assert.Equal(Waves(100).Zip([1, 2, 3, 4], (wave, factor) => wave / factor), scaling.Frequencies(8, 100, scaling.ClassOf(16)));
        Assert.Equal(Waves(100).Zip([5, 6, 7, 8], (wave, factor) => wave / factor), scaling.Frequencies(8, 100, scaling.ClassOf(17)));
        Assert.Equal(scaling.ClassOf(17), scaling.ClassOf(64));
        Assert.Equal(Math.Sqrt(1 + Math.Log(4) / Math.Log(16)), scaling.Magnitude, 12);
    }

    [Theory]
    // 0.1 · ln 4 + 1, the ratio of two such, and what the file says.
    [InlineData("", 1.1386294361119891)]
    [InlineData(""","mscale":0""", 1.1386294361119891)]
    [InlineData(""","mscale":2,"mscale_all_dim":0""", 1.1386294361119891)]
    [InlineData(""","mscale":2,"mscale_all_dim":1""", 1.1217511437130581)]
    [InlineData(""","mscale":0.707,"mscale_all_dim":0.707""", 1)]
    [InlineData(""","attention_factor":1.5""", 1.5)]
    public void Yarn_makes_queries_and_keys_larger(string fields, double magnitude) =>
        Assert.Equal(magnitude, Read($""" "rope_type":"yarn","factor":4{fields} """)!.Magnitude, 10);

    [Fact]
    public void Yarn_keeps_short_waves_and_stretches_long_ones()
    {
        RotaryScaling scaling = Read(""" "rope_type":"yarn","factor":4,"original_max_position_embeddings":4096 """)!;
        double[] waves = RotaryScaling.Unscaled(64, 10000), stretched = scaling.Frequencies(64, 10000, 0);
        // Pair i turns 4096 · 10000^(-i/32) / 2π times in a text: 32 times at i = 10.46, once at 22.51.
        for (int i = 0; i < waves.Length; i++)
        {
            double ramp = Math.Clamp((i - 10) / 13.0, 0, 1);
            Assert.Equal(waves[i] * (ramp / 4 + 1 - ramp), stretched[i], 12);
        }

        Assert.Equal(16384, scaling.LongestText(Positions));
    }

    private static double[] Waves(double rotaryBase) => RotaryScaling.Unscaled(8, rotaryBase);

    private static RotaryScaling? Read(string fields)
    {
        using JsonDocument document = JsonDocument.Parse($"{{{fields}}}");
        return RotaryScaling.Read(new ConfigFields(new("here", "", document.RootElement)), Positions, trained: 16, size: 8);
    }
}
